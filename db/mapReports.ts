// A round's report, and two rounds side by side, read from what is published.
import { eq } from 'drizzle-orm';
import type { Activity } from '#domain/activities.ts';
import { Refusal } from '#domain/errors.ts';
import {
	activitySums,
	beforeAndAfter,
	compared,
	findingOf,
	pinTable,
	type Comparison,
	type Days,
} from '#domain/mapReports.ts';
import { wallClock } from '#domain/meetings.ts';
import type { Actor } from '#domain/people.ts';
import type { Pin } from '#domain/pins.ts';
import type { Round } from '#domain/rounds.ts';
import { activitiesOf } from './activities.ts';
import { readAreas } from './areas.ts';
import type { Reader } from './client.ts';
import { publishedPins } from './pinReads.ts';
import { findRound, listRounds } from './rounds.ts';
import { mapRounds } from './schema/index.ts';

/** What a report says: what was heard, what was done, before and after per place. */
export type MapReport = Awaited<ReturnType<typeof readMapReport>>;

/**
 * The report of a round, which of an open one says what there is so far.
 * @param zone the city's, in which days begin and end
 * @throws Refusal not-found, also where the round is not the actor's to see
 */
export async function readMapReport(db: Reader, actor: Actor, slug: string, zone: string) {
	const round = await findRound(db, actor, slug);
	const pins = await publishedPins(db, round.id);
	const activities = await activitiesOf(db, round.id);
	const previous = round.previous === null ? null : await findRound(db, actor, round.previous);
	const days = await daysOf(db, round, zone);
	const table = pinTable(round, await areaNames(db), pins);
	const dayOf = (iso: string) => wallClock(new Date(iso), zone).slice(0, 10);
	return {
		...{ round, days, table, activities },
		previous: previous && { slug: previous.slug, title: previous.title },
		finding: findingOf(table),
		sums: activitySums(activities),
		answered: answeredBy(activities, pins),
		places: beforeAndAfter(activities, pins, previous && (await publishedPins(db, previous.id)), days, dayOf),
	};
}

/** How many pins something was done about. */
function answeredBy(activities: Activity[], pins: Pin[]): number {
	const answered = new Set(activities.flatMap((activity) => activity.pins));
	return pins.filter(({ id }) => answered.has(id)).length;
}

export type ComparedRound = { round: Round; days: Days };
/**
 * Two rounds side by side.
 * @param withSlug the other one; the round before where nothing is said
 * @returns `sides` is null where there is none to compare with; `others` are the rounds to choose from
 * @throws Refusal not-found (either of them)
 */
export async function readComparison(
	db: Reader,
	actor: Actor,
	{ slug, withSlug, zone }: { slug: string; withSlug: string | null; zone: string },
): Promise<{
	round: Round;
	others: { slug: string; title: string }[];
	compared: { sides: [ComparedRound, ComparedRound]; comparison: Comparison } | null;
}> {
	const round = await findRound(db, actor, slug);
	const rounds = await listRounds(db, actor);
	const others = rounds
		.filter((other) => other.slug !== slug && other.state !== 'planned')
		.map(({ slug, title }) => ({ slug, title }));
	const wanted = withSlug ?? round.previous;
	if (wanted === null) return { round, others, compared: null };
	if (wanted === slug) throw new Refusal('not-found');
	const other = await findRound(db, actor, wanted);
	const sideOf = async (one: Round) => ({
		round: one,
		days: await daysOf(db, one, zone),
		pins: await publishedPins(db, one.id),
	});
	const [a, b] = [await sideOf(round), await sideOf(other)];
	return {
		...{ round, others },
		compared: {
			sides: [a, b].map(({ round, days }) => ({ round, days })) as [ComparedRound, ComparedRound],
			comparison: compared([a, b], await areaNames(db)),
		},
	};
}

/** The days on which pins could be placed, in the city's zone: until today where the round is open. */
async function daysOf(db: Reader, { id, opensOn, closesOn }: Round, zone: string): Promise<Days> {
	const [row] = await db
		.select({ openedAt: mapRounds.openedAt, closedAt: mapRounds.closedAt })
		.from(mapRounds)
		.where(eq(mapRounds.id, id));
	if (!row?.openedAt) return { first: opensOn, last: closesOn };
	const day = (moment: Date) => wallClock(moment, zone).slice(0, 10);
	return { first: day(row.openedAt), last: day(row.closedAt ?? new Date()) };
}

async function areaNames(db: Reader): Promise<string[]> {
	return (await readAreas(db)).map(({ name }) => name);
}
