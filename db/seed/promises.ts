// The demo town's promises: concerns and follow-ups of the last half year, entered as they stand today, with their history. It is written
// straight into the tables, because commands would date it today; concerns move by the rule of the real ones.
import { and, eq, isNull, like } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { concernNumber, type ConcernState } from '#domain/concerns.ts';
import { concernStateBy, followupNumber, isPromised, type FollowupState } from '#domain/followups.ts';
import { instantOf, wallClock } from '#domain/meetings.ts';
import { readAreas } from '../areas.ts';
import type { Database } from '../client.ts';
import { nextNumber } from '../numbers.ts';
import {
	concernEvents,
	concernMerges,
	concerns,
	concernSources,
	followupAnswers,
	followupConcerns,
	followupEvents,
	followupLinks,
	followupMilestones,
	followups,
	followupUpdates,
	meetings,
	pins,
	questions,
	units,
} from '../schema/index.ts';
import type { DemoConcern, DemoFollowup } from './promise.ts';
import { demoConcerns } from './promiseConcerns.ts';
import { demoFollowups } from './promiseList.ts';
import type { Townspeople } from './townspeople.ts';

type When = { now: Date; zone: string };
type Concern = { id: string; number: string; state: ConcernState; capturedAt: Date; ownerId: string };
type Entry = { at: Date; run: () => Promise<unknown> };
type Ids = { cast: Townspeople; areas: Map<string, string>; units: Map<string, string> };

/** Enters what was said, answered, promised, done, confirmed and dropped. Meetings, maps and areas are there already. */
export async function enterPromises(db: Database, cast: Townspeople, when: When): Promise<void> {
	const areas = new Map((await readAreas(db)).map(({ name, id }) => [name, id]));
	const names = [...new Set(demoFollowups.map(({ unit }) => unit))].map((name) => ({ name }));
	const made = await db.insert(units).values(names).returning();
	const ids: Ids = { cast, areas, units: new Map(made.map(({ name, id }) => [name, id])) };
	const known = new Map<string, Concern>();
	for (const concern of demoConcerns.toSorted((a, b) => b.day - a.day))
		known.set(concern.title, await capture(db, ids, concern, when));
	const history = demoConcerns.flatMap((concern) => answers(db, ids, known, concern, when));
	for (const followup of demoFollowups.toSorted((a, b) => b.steps[0]![1] - a.steps[0]![1]))
		history.push(...(await promise(db, ids, known, followup, when)));
	for (const { run } of history.sort((a, b) => a.at.getTime() - b.at.getTime())) await run();
}

/** So many days ago by the city's clock, in office hours; on the same day what comes first is earlier. */
function on(day: number, { now, zone }: When, hour = 9): Date {
	const date = new Date(Date.parse(`${wallClock(now, zone).slice(0, 10)}T12:00:00Z`) - day * 86_400_000);
	return instantOf(`${date.toISOString().slice(0, 10)}T${String(hour).padStart(2, '0')}:20`, zone);
}
const dayOf = (day: number, when: When): string => wallClock(on(day, when), when.zone).slice(0, 10);

async function capture(db: Database, ids: Ids, concern: DemoConcern, when: When): Promise<Concern> {
	const { title, day, topic, area } = concern;
	const fields = { topic, areaId: ids.areas.get(area)!, ownerId: concern.answer ? idOf(ids, 'sam') : null };
	if (concern.isThere) {
		const [row] = await db.update(concerns).set(fields).where(eq(concerns.title, title)).returning();
		return { ...row!, ownerId: idOf(ids, 'sam') };
	}
	const source = await sourceOf(db, concern);
	const at = on(day, when, 11);
	// What was put on a map after that day was captured half an hour later.
	const capturedAt = new Date(
		Math.min(
			when.now.getTime() - 60_000,
			Math.max(at.getTime(), source ? source.at.getTime() + 1_800_000 : 0),
		),
	);
	const number = await nextNumber(db as never, 'concern_numbers', concernNumber);
	const meetingId = source?.meetingId ?? null;
	const disposition = meetingId ? (concern.referred ? 'referred' : 'follow-up') : null;
	const [row] = await db
		.insert(concerns)
		.values({ number, title, capturedAt, meetingId, disposition, ...fields })
		.returning();
	if (source) {
		const { kind, sourceId, words } = source;
		await db.insert(concernSources).values({ concernId: row!.id, kind, sourceId, meetingId, words });
		if (kind === 'pin') await db.update(pins).set({ concern: number }).where(eq(pins.id, sourceId));
		else await db.update(questions).set({ concern: number }).where(eq(questions.id, sourceId));
	}
	return { ...row!, ownerId: idOf(ids, 'sam') };
}

const idOf = ({ cast }: Ids, who: 'dana' | 'sam'): string => cast[who].account!.id;

/** The question or the pin that a concern was made of. */
async function sourceOf(db: Database, { question, pin }: DemoConcern) {
	if (question) {
		const [found] = await db
			.select()
			.from(questions)
			.where(and(like(questions.text, `${question}%`), isNull(questions.concern)));
		if (!found) throw new Error(`the demo town has no question “${question}”`);
		const { id: sourceId, text: words, meetingId, askedAt: at } = found;
		return { kind: 'question' as const, sourceId, words, meetingId, at };
	}
	if (!pin) return null;
	const [found] = await db
		.select()
		.from(pins)
		.where(and(like(pins.note, `${pin}%`), eq(pins.vetting, 'published'), isNull(pins.concern)));
	if (!found) throw new Error(`the demo town has no pin “${pin}”`);
	return { kind: 'pin' as const, sourceId: found.id, words: found.note, meetingId: null, at: found.placedAt };
}

/** What people of the city did with a concern. */
function answers(
	db: Database,
	ids: Ids,
	known: Map<string, Concern>,
	{ title, answer, declined, referred, merged }: DemoConcern,
	when: When,
): Entry[] {
	const concern = known.get(title)!;
	const personId = idOf(ids, 'sam');
	const entries: Entry[] = [];
	const add = (at: Date, run: (at: Date) => Promise<unknown>) => entries.push({ at, run: () => run(at) });
	if (answer)
		add(on(answer.day, when, 13), (at) =>
			moveConcern(db, concern, 'acknowledged', { at, personId, text: answer.text }),
		);
	if (declined)
		add(on(declined.day, when, 14), (at) =>
			moveConcern(db, concern, 'declined', { at, personId, text: declined.text, reason: declined.reason }),
		);
	if (referred) {
		const { agency, reference, text } = referred;
		add(on(referred.day, when, 14), (at) =>
			moveConcern(db, concern, 'referred', { at, personId, text, detail: { agency, reference } }),
		);
	}
	if (merged)
		add(on(merged.day, when, 14), (at) => merge(db, concern, known.get(merged.into)!, { at, personId }));
	return entries;
}

type Told = Pick<typeof concernEvents.$inferInsert, 'at' | 'personId' | 'text' | 'reason' | 'detail'>;

async function moveConcern(db: Database, concern: Concern, to: ConcernState, told: Told): Promise<void> {
	const { id: concernId, state: from } = concern;
	await db.update(concerns).set({ state: to }).where(eq(concerns.id, concernId));
	await db.insert(concernEvents).values({ ...told, concernId, kind: 'moved', from, to });
	concern.state = to;
}

async function merge(
	db: Database,
	concern: Concern,
	into: Concern,
	{ at, personId }: { at: Date; personId: string },
): Promise<void> {
	const { id: concernId, state: from } = concern;
	await db.insert(concernMerges).values({
		...{ concernId, intoId: into.id, stateBefore: from, mergedById: personId, mergedAt: at },
	});
	await db.update(concerns).set({ state: 'merged' }).where(eq(concerns.id, concernId));
	await db.insert(concernEvents).values({
		...{ concernId, kind: 'merged', from, to: 'merged', at, personId, detail: { other: into.number } },
	});
	concern.state = 'merged';
}

/** A follow-up as it stands; what its moves did to its concerns is to be run in its time. */
async function promise(
	db: Database,
	ids: Ids,
	known: Map<string, Concern>,
	followup: DemoFollowup,
	when: When,
): Promise<Entry[]> {
	const { steps, moved, due, owner = 'sam', concerns: titles } = followup;
	const ownerId = idOf(ids, owner);
	const events = steps.map(([to, day, text = '', by = owner], n) => ({
		...{
			kind: n === 0 ? ('proposed' as const) : ('moved' as const),
			from: steps[n - 1]?.[0] ?? null,
			to,
			text,
		},
		...{ at: on(day, when, 14 + Math.min(n, 4)), personId: by && idOf(ids, by) },
		detail: to === 'blocked' ? { reviewOn: dayOf(followup.review!, when) } : {},
	}));
	const days = moved && { before: dayOf(moved.from, when), after: dayOf(due!, when) };
	const changed = moved && {
		...{ kind: 'due-changed' as const, text: moved.reason, at: on(moved.day, when, 16), personId: ownerId },
		detail: { ...days },
	};
	const all = [...events, ...(changed ? [changed] : [])].sort((a, b) => a.at.getTime() - b.at.getTime());
	const [row] = await db
		.insert(followups)
		.values({ ...(await fieldsOf(db, ids, followup, when)), version: all.length, ...claimOf(events) })
		.returning({ id: followups.id });
	const followupId = row!.id;
	await db.insert(followupEvents).values(all.map((event) => ({ ...event, followupId })));
	await enterRest(db, { followupId, ownerId, claims: claimOf(events).claims }, followup, when);
	const own = titles.map((title) => known.get(title)!);
	for (const { id: concernId } of own) await db.insert(followupConcerns).values({ followupId, concernId });
	return events.map(({ to, at, personId }) => ({
		at,
		run: async () => {
			// Each concern of the demo town has one follow-up: it stands as that does.
			for (const concern of own) await followOn(db, concern, to, { at, isConfirmed: personId === null });
		},
	}));
}

async function fieldsOf(db: Database, ids: Ids, followup: DemoFollowup, when: When) {
	const { title, description, topic, priority, success, due, moved, review, steps, updates = [] } = followup;
	const state = steps.at(-1)![0];
	const isPromise = steps.some(([to]) => to === 'committed');
	const told = [
		...steps.map(([, day], n) => on(day, when, 14 + Math.min(n, 4))),
		...updates
			.filter(({ isInternal, isDraft }) => !isInternal && !isDraft)
			.map(({ day }) => on(day, when, 15)),
		...(moved ? [on(moved.day, when, 16)] : []),
	];
	return {
		...{
			number: await nextNumber(db as never, 'followup_numbers', followupNumber),
			title,
			description,
			topic,
		},
		...{ priority, successMeasure: success, state, unitId: ids.units.get(followup.unit)! },
		...{ ownerId: idOf(ids, followup.owner ?? 'sam'), areaId: ids.areas.get(followup.area)! },
		dueOn: due === null ? null : dayOf(due, when),
		firstDueOn: isPromise ? dayOf(moved?.from ?? due!, when) : null,
		reviewOn: state === 'blocked' ? dayOf(review!, when) : null,
		visibility: followup.isInternal ? ('internal' as const) : ('public' as const),
		createdAt: on(steps[0]![1], when, 14),
		toldAt: new Date(Math.max(...told.map((at) => at.getTime()))),
	};
}

function claimOf(events: { to: FollowupState; at: Date; personId: string | null }[]) {
	const claims = events.filter(({ to }) => to === 'done');
	const last = claims.at(-1);
	return { claims: claims.length, claimedById: last?.personId ?? null, claimedAt: last?.at ?? null };
}

/** The meeting where it was promised, milestones, updates, and what residents said of it. */
async function enterRest(
	db: Database,
	{ followupId, ownerId, claims }: { followupId: string; ownerId: string; claims: number },
	{ meeting, milestones = [], updates = [], answers: said = {}, steps }: DemoFollowup,
	when: When,
): Promise<void> {
	if (meeting) {
		const [held] = await db
			.select()
			.from(meetings)
			.where(like(meetings.title, `${meeting}%`));
		await db.insert(followupLinks).values({ followupId, kind: 'meeting', targetId: held!.id });
	}
	for (const [position, [title, weight, due, done]] of milestones.entries())
		await db.insert(followupMilestones).values({
			...{ id: randomUUID(), followupId, position, title, weight, dueOn: dayOf(due, when) },
			doneOn: done === undefined ? null : dayOf(done, when),
		});
	for (const { day, text, isInternal = false, isDraft = false } of updates)
		await db.insert(followupUpdates).values({
			...{ id: randomUUID(), followupId, text, isPublic: !isInternal, authorId: ownerId },
			...{ writtenAt: on(day, when, 10), publishedAt: isDraft ? null : on(day, when, 15) },
		});
	const claimedDay = steps.findLast(([to]) => to === 'done')?.[1] ?? 0;
	const list = [
		...Array.from({ length: said.fixed ?? 0 }, () => 'fixed' as const),
		...Array.from({ length: said.notFixed ?? 0 }, () => 'not-fixed' as const),
		...Array.from({ length: said.cannotTell ?? 0 }, () => 'cannot-tell' as const),
	];
	for (const [n, answer] of list.entries())
		await db.insert(followupAnswers).values({
			...{ followupId, claim: claims, answerer: randomUUID(), isAsker: false, answer },
			at: on(claimedDay - 1, when, 9 + n),
		});
}

/** Moves a concern along with its follow-up, as far as the rule goes. */
async function followOn(
	db: Database,
	concern: Concern,
	state: FollowupState,
	{ at, isConfirmed }: { at: Date; isConfirmed: boolean },
): Promise<void> {
	if (concern.state === 'published' && (state === 'proposed' || isPromised(state)))
		throw new Error(`the demo town promises ${concern.number} before it has answered it`);
	for (
		let to = concernStateBy(concern.state, [state], isConfirmed);
		to;
		to = concernStateBy(concern.state, [state], isConfirmed)
	)
		await moveConcern(db, concern, to, { at, personId: null });
}
