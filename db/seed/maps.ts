// The demo town's map rounds: one reported, one closed with what was done in it, one open. Rounds and activities are made by the
// commands of a real one; pins are written in one go, with their places in the round's document.
import { eq, like, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { answerable } from '#domain/activities.ts';
import { wallClock } from '#domain/meetings.ts';
import type { Place } from '#domain/places.ts';
import { pinKeyOf, putPin, writtenPlace } from '#domain/pins.ts';
import type { Round } from '#domain/rounds.ts';
import { recordActivity } from '../activities.ts';
import { areaIn, readAreas } from '../areas.ts';
import { claimDigestOf } from '../claims.ts';
import type { Database } from '../client.ts';
import { changeDocument } from '../documents.ts';
import { pseudonymsIn } from '../identity.ts';
import { entryOf, publishedPins, type PinRow } from '../pinReads.ts';
import { closeRound, createRound, nextRound, openRound, readRound, reportRound } from '../rounds.ts';
import { activities, areas, pinComments, pins, pinSupports, rooms } from '../schema/index.ts';
import type { Townspeople } from './townspeople.ts';
import { demoCategories } from './mapCategories.ts';
import { closedDone, openDone, reportedDone, reportedSummary, type DemoActivity } from './mapDone.ts';
import { closedPins, openPins, reportedPins, type DemoPin } from './mapPins.ts';
import { neighborhoods, townBorder, townMiddle } from './neighborhoods.ts';

type Month = { title: string; opensOn: string; closesOn: string };
/** When pins were placed. */
type Span = { from: Date; until: Date };

/** Makes the town's neighborhoods: who comes to a meeting may say which they live in. */
export async function drawAreas(db: Database): Promise<void> {
	await db.insert(areas).values(neighborhoods);
}

/** Makes the map rounds of the last two months and of this one. */
export async function drawMaps(
	db: Database,
	cast: Townspeople,
	{ now, zone }: { now: Date; zone: string },
): Promise<void> {
	const [first, second, third] = [-2, -1, 0].map((ahead) => monthOf(now, zone, ahead)) as [
		Month,
		Month,
		Month,
	];
	const { dana } = cast;

	const reported = await createRound(db, dana, { ...setUp, ...first });
	await openRound(db, dana, { roundId: reported.id });
	const spans = [await fill(db, cast, reported.id, first, reportedPins, reportedDone, now)];
	await closeRound(db, dana, { roundId: reported.id });
	await reportRound(db, dana, { roundId: reported.id, summary: reportedSummary });

	const closed = await nextRound(db, dana, { roundId: reported.id, ...second });
	spans.push(await fill(db, cast, closed.id, second, closedPins, closedDone, now));

	const open = await nextRound(db, dana, { roundId: closed.id, ...third });
	spans.push(await fill(db, cast, open.id, third, openPins, openDone, now));
	for (const [i, { id }] of [reported, closed, open].entries()) await moveToItsTime(db, id, spans[i]!);
	// What browsers are told begins with what a visitor does.
	await db.delete(rooms).where(like(rooms.name, 'map:%'));
}

const setUp = {
	description:
		'Where do people drive too fast, where is it too dark, where do you not feel safe, and what should stay as it is? Put a pin there. At the end of the month we say here what we did.',
	view: { ...townMiddle, zoom: 14 },
	boundary: townBorder,
	blockMetres: 100,
	vetting: true,
	categories: demoCategories,
};

async function moveToItsTime(db: Database, id: string, { from, until }: Span): Promise<void> {
	await db.execute(sql`
		update map_rounds set opened_at = ${from.toISOString()}, created_at = ${from.toISOString()},
			closed_at = case when closed_at is not null then ${until.toISOString()}::timestamptz end,
			reported_at = case when reported_at is not null then ${until.toISOString()}::timestamptz + interval '3 days' end
		where id = ${id}`);
}

function monthOf(now: Date, zone: string, ahead: number): Month {
	const [year, month] = wallClock(now, zone).split('-').map(Number) as [number, number];
	const iso = (time: number) => new Date(time).toISOString().slice(0, 10);
	const start = new Date(Date.UTC(year, month - 1 + ahead, 1));
	return {
		title: `Safety map, ${start.toLocaleString('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' })}`,
		opensOn: iso(start.getTime()),
		closesOn: iso(Date.UTC(year, month + ahead, 0)),
	};
}

async function fill(
	db: Database,
	cast: Townspeople,
	roundId: string,
	month: Month,
	placed: DemoPin[],
	done: DemoActivity[],
	now: Date,
): Promise<Span> {
	const round = (await readRound(db, roundId))!;
	const morning = Date.parse(`${month.opensOn}T13:00:00Z`);
	const night = Date.parse(`${month.closesOn}T23:00:00Z`);
	const span = {
		from: new Date(Math.min(morning, now.getTime() - 3_600_000)),
		until: new Date(Math.min(night, now.getTime() - 60_000)),
	};
	await placePins(db, cast, round, placed, span);
	for (const activity of done) await act(db, cast, round, activity, span);
	return span;
}

async function placePins(
	db: Database,
	cast: Townspeople,
	round: Round,
	placed: DemoPin[],
	{ from, until }: Span,
): Promise<void> {
	const known = await readAreas(db);
	const at = (share: number) => new Date(from.getTime() + (until.getTime() - from.getTime()) * share);
	const rows = placed.map((pin, i) => {
		const id = randomUUID();
		const written = writtenPlace(round, pin.category, placeOf(pin));
		// Not in the order of the list, but always the same.
		const share = (((i * 37) % placed.length) + 1) / (placed.length + 1);
		return {
			...written,
			...{ id, roundId: round.id, category: pin.category, note: pin.note },
			author: authorOf(cast, round.id, pin, i),
			kind: 'resident' as const,
			answers: pin.answer ? [pin.answer] : [],
			vetting: pin.isHeld ? ('held' as const) : pin.reason ? ('declined' as const) : ('published' as const),
			reason: pin.reason ?? null,
			state: pin.state ?? ('open' as const),
			areaId: areaIn(known, written),
			placedAt: at(share),
			publishedAt: pin.isHeld || pin.reason ? null : at(share + (1 - share) * 0.02),
			supports: pin.supports,
			comments: pin.comments?.filter(({ isHeld }) => !isHeld).length ?? 0,
			claim: claimDigestOf(`pin:${id}`),
			tellPersonId: pin.isMarias ? cast.maria.account!.id : null,
		};
	});
	const made = await db.insert(pins).values(rows).returning();
	await support(db, made);
	await comment(db, cast, round, made, placed, until);
	await db.transaction((tx) =>
		changeDocument(tx, { kind: 'map', id: round.id }, (doc) => {
			for (const pin of made)
				if (pin.vetting === 'published') putPin(doc, pinKeyOf(pin.author, pin.id), entryOf(pin));
		}),
	);
}

function authorOf(cast: Townspeople, roundId: string, pin: DemoPin, i: number): string {
	const neighbor = { guest: `demo neighbor ${i}`, account: null };
	const { account, guest } = pseudonymsIn(roundId, pin.isMarias ? cast.maria : neighbor, 'map');
	return (pin.isMarias ? account : guest)!;
}

async function support(db: Database, made: PinRow[]): Promise<void> {
	const rows = made.flatMap(({ id, roundId, supports }, i) =>
		Array.from({ length: supports }, (_, n) => ({
			pinId: id,
			supporter: pseudonymsIn(roundId, { guest: `demo voter ${(n + i * 5) % 90}`, account: null }, 'map')
				.guest!,
		})),
	);
	await db.insert(pinSupports).values(rows);
}

async function comment(
	db: Database,
	cast: Townspeople,
	round: Round,
	made: PinRow[],
	placed: DemoPin[],
	until: Date,
): Promise<void> {
	const rows = made.flatMap(({ id, placedAt }, i) =>
		(placed[i]!.comments ?? []).map(({ text, isHeld, by }, n) => {
			const actor = by ? cast[by] : { guest: `demo commenter ${i} ${n}`, account: null };
			const { account, guest } = pseudonymsIn(round.id, actor, 'map');
			const left = until.getTime() - placedAt.getTime();
			return {
				...{ pinId: id, text, author: (account ?? guest)! },
				kind: by === 'dana' ? ('moderator' as const) : by ? ('staff' as const) : ('resident' as const),
				byName: actor.account?.name ?? null,
				vetting: isHeld ? ('held' as const) : ('published' as const),
				at: new Date(placedAt.getTime() + (left * (n + 1)) / 8),
			};
		}),
	);
	if (rows.length > 0) await db.insert(pinComments).values(rows);
}

/** Sam records what was done; it answers the open pins of a fitting kind near there that nobody waits to hear of by mail. */
async function act(
	db: Database,
	cast: Townspeople,
	round: Round,
	{ from, until, to, counts, kind, note, ...place }: DemoActivity,
	span: Span,
): Promise<void> {
	const at = placeOf(place);
	const stretch = to ? [at, placeOf(to)] : null;
	const asked = await db
		.select({ id: pins.id })
		.from(pins)
		.where(sql`${pins.roundId} = ${round.id} and ${pins.tellPersonId} is not null`);
	const near = answerable(await publishedPins(db, round.id), { kind, at, stretch });
	const answered = near.filter(
		({ pin, fits }) =>
			fits &&
			(kind === 'conversation' || pin.category !== 'something-good') &&
			!asked.some(({ id }) => id === pin.id),
	);
	const said = {
		...{ roundId: round.id, kind, at, stretch, counts, note },
		fromDay: dayIn(round, from, span),
		untilDay: dayIn(round, until, span),
		pins: answered.map(({ pin }) => pin.id),
	};
	const { id } = await recordActivity(db, cast.sam, said, () => {
		throw new Error('nobody of the demo town waits for this mail');
	});
	const recordedAt = new Date(Math.min(Date.parse(`${said.untilDay}T21:00:00Z`), span.until.getTime()));
	await db.update(activities).set({ recordedAt }).where(eq(activities.id, id));
}

/** A day of the round, from 1; never one that is still to come. */
function dayIn({ opensOn }: Round, day: number, { until }: Span): string {
	const [first, wanted] = [Date.parse(opensOn), Date.parse(opensOn) + (day - 1) * 86_400_000];
	// Half a day back: it is yesterday still in the city's zone when it is today in UTC.
	const last = until.getTime() - 43_200_000;
	return new Date(Math.max(first, Math.min(wanted, last))).toISOString().slice(0, 10);
}

function placeOf({ east, north }: { east: number; north: number }): Place {
	return { lat: townMiddle.lat + north / 10_000, lng: townMiddle.lng + east / 10_000 };
}
