// The demo town's promises of the last half year, entered as they stand today, with their history. They are written straight into the
// tables, because commands would date them today; concerns move along by the rule of the real ones.
import { like } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { followupNumber, type FollowupState } from '#domain/followups.ts';
import { readAreas } from '../areas.ts';
import type { Database } from '../client.ts';
import { nextNumber } from '../numbers.ts';
import { meetings, units } from '../schema/index.ts';
import { newBook, writeBook } from './book.ts';
import { answers, capture, concernIn, dayOf, followOn, idOf, on, type Desk, type Entry } from './concerns.ts';
import type { DemoFollowup } from './promise.ts';
import { demoConcerns } from './promiseConcerns.ts';
import { demoFollowups } from './promiseList.ts';
import type { Townspeople } from './townspeople.ts';

/** Enters what was said, answered, promised, done, confirmed and dropped. Meetings, maps and areas are there already. */
export async function enterPromises(
	db: Database,
	cast: Townspeople,
	when: { now: Date; zone: string },
): Promise<void> {
	const names = [...new Set(demoFollowups.map(({ unit }) => unit))].map((name) => ({ name }));
	const byName = (rows: { name: string; id: string }[]) => new Map(rows.map(({ name, id }) => [name, id]));
	const desk: Desk = {
		...{ db, cast, ...when, book: newBook(), areas: byName(await readAreas(db)) },
		units: byName(await db.insert(units).values(names).returning()),
	};
	for (const concern of demoConcerns.toSorted((a, b) => b.day - a.day)) await capture(desk, concern);
	const history = demoConcerns.flatMap((concern) => answers(desk, concern));
	for (const followup of demoFollowups.toSorted((a, b) => b.steps[0]![1] - a.steps[0]![1]))
		history.push(...(await promise(desk, followup)));
	for (const { run } of history.sort((a, b) => a.at.getTime() - b.at.getTime())) run();
	await writeBook(db, desk.book);
}

/** A follow-up as it stands; what its moves did to its concerns is to be run in its time. */
async function promise(desk: Desk, followup: DemoFollowup): Promise<Entry[]> {
	const { book } = desk;
	const { steps, moved, due, owner = 'sam', concerns: titles } = followup;
	const followupId = randomUUID();
	const events = steps.map(([to, day, text = '', by = owner], n) => ({
		...{ followupId, kind: n === 0 ? ('proposed' as const) : ('moved' as const) },
		...{ from: steps[n - 1]?.[0] ?? null, to, text, at: timeOf(desk, day, n) },
		personId: by && idOf(desk, by),
		detail: to === 'blocked' ? { reviewOn: dayOf(followup.review!, desk) } : {},
	}));
	const changes = moved
		? [
				{
					...{ followupId, kind: 'due-changed' as const, text: moved.reason, at: on(moved.day, desk, 16) },
					personId: idOf(desk, owner),
					detail: { before: dayOf(moved.from, desk), after: dayOf(due!, desk) },
				},
			]
		: [];
	const all = [...events, ...changes].sort((a, b) => a.at.getTime() - b.at.getTime());
	const claim = claimOf(events);
	book.followups.push({
		...{ id: followupId, ...(await fieldsOf(desk, followup)), version: all.length, ...claim },
	});
	book.followupEvents.push(...all);
	await enterRest(desk, followupId, followup, claim.claims);
	const own = titles.map((title) => concernIn(desk, title));
	book.answering.push(...own.map(({ id: concernId }) => ({ followupId, concernId })));
	return events.map(({ to, at, personId }) => ({
		at,
		run: () => {
			// Each concern of the demo town has one follow-up: it stands as that does.
			for (const concern of own) followOn(desk, concern, to, { at, isConfirmed: personId === null });
		},
	}));
}

/** Of several steps on one day each is an hour later. */
const timeOf = (desk: Desk, day: number, step: number): Date => on(day, desk, 14 + Math.min(step, 4));

async function fieldsOf(desk: Desk, followup: DemoFollowup) {
	const { title, description, topic, priority, success, due, moved, review, steps, updates = [] } = followup;
	const state = steps.at(-1)![0];
	const isPromise = steps.some(([to]) => to === 'committed');
	const told = [
		...steps.map(([, day], n) => timeOf(desk, day, n)),
		...updates
			.filter(({ isInternal, isDraft }) => !isInternal && !isDraft)
			.map(({ day }) => on(day, desk, 15)),
		...(moved ? [on(moved.day, desk, 16)] : []),
	];
	return {
		...{
			number: await nextNumber(desk.db, 'followup_numbers', followupNumber),
			title,
			description,
			topic,
		},
		...{ priority, successMeasure: success, state, unitId: desk.units.get(followup.unit)! },
		...{ ownerId: idOf(desk, followup.owner ?? 'sam'), areaId: desk.areas.get(followup.area)! },
		dueOn: due === null ? null : dayOf(due, desk),
		firstDueOn: isPromise ? dayOf(moved?.from ?? due!, desk) : null,
		reviewOn: state === 'blocked' ? dayOf(review!, desk) : null,
		visibility: followup.isInternal ? ('internal' as const) : ('public' as const),
		createdAt: on(steps[0]![1], desk, 14),
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
	desk: Desk,
	followupId: string,
	{ meeting, milestones = [], updates = [], answers: said = {}, steps, owner = 'sam' }: DemoFollowup,
	claim: number,
): Promise<void> {
	const { db, book } = desk;
	if (meeting) {
		const [held] = await db
			.select()
			.from(meetings)
			.where(like(meetings.title, `${meeting}%`));
		book.links.push({ followupId, kind: 'meeting', targetId: held!.id });
	}
	for (const [position, [title, weight, due, done]] of milestones.entries())
		book.milestones.push({
			...{ id: randomUUID(), followupId, position, title, weight, dueOn: dayOf(due, desk) },
			doneOn: done === undefined ? null : dayOf(done, desk),
		});
	for (const { day, text, isInternal = false, isDraft = false } of updates)
		book.updates.push({
			...{ id: randomUUID(), followupId, text, isPublic: !isInternal, authorId: idOf(desk, owner) },
			...{ writtenAt: on(day, desk, 10), publishedAt: isDraft ? null : on(day, desk, 15) },
		});
	const claimedDay = steps.findLast(([to]) => to === 'done')?.[1] ?? 0;
	const list = [
		...Array.from({ length: said.fixed ?? 0 }, () => 'fixed' as const),
		...Array.from({ length: said.notFixed ?? 0 }, () => 'not-fixed' as const),
		...Array.from({ length: said.cannotTell ?? 0 }, () => 'cannot-tell' as const),
	];
	for (const [n, answer] of list.entries())
		book.answers.push({
			...{ followupId, claim, answerer: randomUUID(), isAsker: false, answer },
			at: on(claimedDay - 1, desk, 9 + n),
		});
}
