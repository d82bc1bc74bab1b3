// The inbox: concerns that wait for somebody of the city, and what staff see of one.
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { openConcernStates, type Concern, type ConcernState, type Topic } from '#domain/concerns.ts';
import { Refusal } from '#domain/errors.ts';
import type { DeskFollowup } from '#domain/followups.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { areaIn, readAreas } from './areas.ts';
import type { Reader } from './client.ts';
import { peopleOfCity } from './concernMoves.ts';
import { withMerged } from './concernSources.ts';
import { deskFollowupsBy } from './followupReads.ts';
import { verdictIn } from './followupVerdicts.ts';
import {
	areas,
	concernEvents,
	concerns,
	concernSources,
	followups,
	people,
	pins,
	units,
} from './schema/index.ts';

/** Why a concern is in the inbox: nobody has it, nobody has answered, or nothing (any more) is promised. */
export const inboxReasons = ['no-owner', 'no-answer', 'no-promise'] as const;
export type InboxConcern = Pick<Concern, 'number' | 'title' | 'state' | 'capturedAt'> & {
	why: (typeof inboxReasons)[number];
	owner: string | null;
	area: string | null;
	topic: Topic | null;
};

/** Ids of concerns about which something is promised, also where what it answers was merged into them. */
const promisedNow = sql`
	with recursive promised(id) as (
		select fc.concern_id from followup_concerns fc join followups f on f.id = fc.followup_id
		where f.state not in ('rejected', 'dropped', 'verified')
		union select m.into_id from promised join concern_merges m on m.concern_id = promised.id and m.undone_at is null
	) select id from promised`;

/** Concerns that wait for somebody of the city, those that wait longest first. @throws Refusal sign-in-needed, forbidden */
export async function readInbox(db: Reader, actor: Actor): Promise<InboxConcern[]> {
	authorize(actor, 'followup:board');
	const rows = await db
		.select({
			concern: concerns,
			owner: people.name,
			area: areas.name,
			isPromised: sql<boolean>`${concerns.id} in (${promisedNow})`,
		})
		.from(concerns)
		.leftJoin(people, eq(people.id, concerns.ownerId))
		.leftJoin(areas, eq(areas.id, concerns.areaId))
		.where(inArray(concerns.state, openConcernStates))
		.orderBy(asc(concerns.capturedAt), asc(concerns.number));
	return rows.flatMap(({ concern, owner, area, isPromised }) => {
		const { number, title, state, capturedAt, topic } = concern;
		const why = concern.ownerId === null ? 'no-owner' : state === 'published' ? 'no-answer' : 'no-promise';
		if (why === 'no-promise' && isPromised) return [];
		return { number, title, state, capturedAt: capturedAt.toISOString(), why, owner, area, topic };
	});
}

/** A follow-up without a concern that could be opened again. */
export type NotFixed = { number: string; title: string; at: string };

/**
 * Follow-ups that were verified, stand for no concern, and of which residents who count say that they are not fixed: until the city has
 * said something of it in public. The one of which that was said last comes first.
 * @throws Refusal sign-in-needed, forbidden
 */
export async function notFixedAfterAll(db: Reader, actor: Actor): Promise<NotFixed[]> {
	authorize(actor, 'followup:board');
	const { rows } = await db.execute<{
		id: string;
		number: string;
		title: string;
		claims: number;
		at: string;
	}>(sql`
		select f.id, f.number, f.title, f.claims, to_json(max(a.at)) #>> '{}' as at
		from followups f join followup_answers a on a.followup_id = f.id and a.claim = f.claims and a.answer = 'not-fixed'
		where f.state = 'verified' and f.visibility = 'public'
			and not exists (select from followup_concerns fc where fc.followup_id = f.id)
		group by f.id having max(a.at) > f.told_at
		order by max(a.at) desc, f.number`);
	const notFixed: NotFixed[] = [];
	for (const { number, title, at, ...row } of rows)
		if ((await verdictIn(db, row)) === 'reopened') notFixed.push({ number, title, at });
	return notFixed;
}

/** Numbers of the concerns that wait for their first answer. @throws Refusal sign-in-needed, forbidden */
export async function unansweredConcerns(db: Reader, actor: Actor): Promise<string[]> {
	authorize(actor, 'followup:board');
	const isUnanswered = eq(concerns.state, 'published');
	const rows = await db.select({ number: concerns.number }).from(concerns).where(isUnanswered);
	return rows.map(({ number }) => number);
}

/** What staff see of a concern beside what everybody sees. */
export type OfficeOfConcern = {
	state: ConcernState;
	ownerId: string | null;
	topic: Topic | null;
	areaId: string | null;
	/** The area in which most of its pins lie, where none was said. */
	likelyAreaId: string | null;
	/** Who said so last. */
	takenBy: string | null;
	followups: DeskFollowup[];
};

/** @throws Refusal not-found, sign-in-needed, forbidden */
export async function officeOf(db: Reader, actor: Actor, number: string): Promise<OfficeOfConcern> {
	authorize(actor, 'followup:board');
	const [concern] = await db.select().from(concerns).where(eq(concerns.number, number.toUpperCase()));
	if (!concern) throw new Refusal('not-found');
	const { id, state, ownerId, topic, areaId } = concern;
	const linked = sql`exists (select from followup_concerns fc where fc.followup_id = ${followups.id} and fc.concern_id in (${withMerged(id)}))`;
	return {
		state,
		ownerId,
		topic,
		areaId,
		likelyAreaId: await likelyArea(db, id),
		takenBy: await lastTaker(db, id),
		followups: await deskFollowupsBy(db, linked),
	};
}

async function lastTaker(db: Reader, concernId: string): Promise<string | null> {
	const [last] = await db
		.select({ name: people.name })
		.from(concernEvents)
		.leftJoin(people, eq(people.id, concernEvents.personId))
		.where(and(eq(concernEvents.concernId, concernId), eq(concernEvents.kind, 'taken')))
		.orderBy(desc(concernEvents.id))
		.limit(1);
	return last?.name ?? null;
}

async function likelyArea(db: Reader, concernId: string): Promise<string | null> {
	const [place] = await db
		.select({ lat: pins.lat, lng: pins.lng })
		.from(pins)
		.innerJoin(
			concernSources,
			sql`${concernSources.kind} = 'pin' and ${pins.id} = case ${concernSources.kind} when 'pin' then ${concernSources.sourceId}::uuid end`,
		)
		.where(eq(concernSources.concernId, concernId))
		.limit(1);
	return place ? areaIn(await readAreas(db), place) : null;
}

/** What is chosen from in the forms of the office: owners, units, areas. @throws Refusal sign-in-needed, forbidden */
export async function officeChoices(db: Reader, actor: Actor) {
	authorize(actor, 'followup:board');
	return {
		people: await peopleOfCity(db),
		units: await readUnits(db),
		areas: (await readAreas(db)).map(({ id, name }) => ({ id, name })),
	};
}
export type OfficeChoices = Awaited<ReturnType<typeof officeChoices>>;

/** All units by name. */
export async function readUnits(db: Reader): Promise<{ id: string; name: string }[]> {
	return db.select().from(units).orderBy(asc(units.name));
}
