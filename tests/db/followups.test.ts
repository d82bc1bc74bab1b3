// Follow-ups: every move of both state machines, what a move needs, two who change the same, and concerns that move along.
import { and, eq, inArray, sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import {
	acknowledgeConcern,
	declineConcern,
	moveConcern,
	referConcern,
	reopenConcern,
	takeConcern,
} from '#db/concernMoves.ts';
import { mergeConcerns, unmergeConcern } from '#db/concernMerges.ts';
import { readConcern } from '#db/concerns.ts';
import { work } from '#db/command.ts';
import { eventsAfter } from '#db/events.ts';
import { changeDue, moveFollowup } from '#db/followupMoves.ts';
import { deskFollowups, publicFollowups, readFollowup } from '#db/followupReads.ts';
import { linkFollowup, unlinkFollowup } from '#db/followupLinks.ts';
import { assignFollowups, changeFollowup, proposeFollowup, setMilestones } from '#db/followups.ts';
import {
	concernEvents,
	concerns,
	followers,
	followupEvents,
	followups,
	followupUpdates,
	follows,
	news,
	notices,
} from '#db/schema/index.ts';
import { concernMoves, concernStates, type ConcernState } from '#domain/concerns.ts';
import { followupDeskRoom } from '#domain/events.ts';
import {
	byUrgency,
	followupFilterOf,
	followupMoves,
	followupStates,
	needsOf,
	type FollowupState,
} from '#domain/followups.ts';
import { nobody, system } from '#domain/people.ts';
import {
	addFollowupPhoto,
	discardUpdate,
	keepEvidence,
	publishUpdate,
	readFollowupPhoto,
	updatesOf,
	writeUpdate,
} from '#db/followupUpdates.ts';
import { castVotes } from '#db/votes.ts';
import { plainPhoto } from '#tests/pictureFiles.ts';
import { dana, guest, maria, noor, sam, settle, tom } from '#tests/cast.ts';
import { allNeeded, concernOf, inDays, move, proposed, trafficUnit, wayTo } from '#tests/promises.ts';
import { testDatabase } from '#tests/setup/database.ts';
import { randomUUID } from 'node:crypto';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
	await settle(db, [noor]);
});
afterAll(() => closeDatabase(db));

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const none = followupFilterOf(new URLSearchParams());
const read = async (number: string) => (await readFollowup(db, sam, number)).followup;
const stateOf = async (concern: string) => (await readConcern(db, concern)).state;

/** A follow-up in a state; one that was claimed, long ago. */
async function inState(state: FollowupState, concerns: string[] = []): Promise<string> {
	const number = await proposed(db, concerns);
	for (const to of wayTo[state]) {
		if (to === 'verified') await claimedLongAgo(number);
		await move(db, number, to, {}, to === 'verified' ? dana : sam);
	}
	return number;
}
const claimedLongAgo = (number: string) =>
	db
		.update(followups)
		.set({ claimedAt: sql`now() - interval '40 days'` })
		.where(eq(followups.number, number));

describe('every pair of states of a follow-up', () => {
	const pairs = followupStates.flatMap((from) => followupStates.map((to) => [from, to] as const));
	test.each(pairs)('from %s to %s: as listed, and no other way', async (from, to) => {
		const number = await inState(from);
		await claimedLongAgo(number);
		const before = await read(number);
		const asked = { number, version: before.version, to, ...allNeeded() };
		if (needsOf(from, to) === null) {
			await expect(moveFollowup(db, dana, asked)).rejects.toEqual(refused('followup-state'));
			expect(await read(number)).toEqual(before);
			// Nor by a hand in the database: but for those that stay, and for the columns that a state needs.
			const byHand = db.update(followups).set({ state: to }).where(eq(followups.number, number));
			if (from !== to) await expect(byHand).rejects.toThrow();
		} else {
			await moveFollowup(db, dana, asked);
			expect(await read(number)).toMatchObject({ state: to, version: before.version + 1 });
			const [event] = await db
				.select()
				.from(followupEvents)
				.where(and(eq(followupEvents.followupId, before.id), eq(followupEvents.kind, 'moved')))
				.orderBy(sql`id desc`)
				.limit(1);
			expect(event).toMatchObject({ from, to, personId: 'dana', text: 'As everybody can see.' });
		}
	});

	test('the database knows the same moves as the code', async () => {
		const { rows } = await db.execute<{ name: string; body: string }>(
			sql`select proname as name, prosrc as body from pg_proc where proname in ('followup_moves', 'concern_moves')`,
		);
		const listed = (name: string) =>
			[...rows.find((row) => row.name === name)!.body.matchAll(/'([a-z-]+>[a-z-]+)'/g)]
				.map(([, pair]) => pair)
				.sort();
		expect(listed('followup_moves')).toEqual(
			Object.entries(followupMoves)
				.flatMap(([from, to]) => Object.keys(to).map((one) => `${from}>${one}`))
				.sort(),
		);
		expect(listed('concern_moves')).toEqual(
			Object.entries(concernMoves)
				.flatMap(([from, to]) => to.map((one) => `${from}>${one}`))
				.sort(),
		);
	});
});

describe('every pair of states of a concern', () => {
	const pairs = concernStates.flatMap((from) => concernStates.map((to) => [from, to] as const));
	test.each(pairs)('from %s to %s: as listed, and no other way', async (from, to) => {
		const [concern] = await db
			.insert(concerns)
			.values({
				number: `PL-2020-${String(10_000 + pairs.findIndex(([a, b]) => a === from && b === to))}`,
				title: 'x',
				state: from,
			})
			.returning();
		const moved = work(db, system, (doing) => moveConcern(doing, concern!, to));
		// A merge has a command of its own.
		const isMove = to !== 'merged' && from !== 'merged' && concernMoves[from].includes(to);
		if (isMove) await expect(moved).resolves.toMatchObject({ state: to });
		else await expect(moved).rejects.toEqual(refused('concern-state'));
		const events = await db.select().from(concernEvents).where(eq(concernEvents.concernId, concern!.id));
		expect(events).toMatchObject(isMove ? [{ kind: 'moved', from, to }] : []);
		if (from === to || concernMoves[from].includes(to)) return;
		await expect(
			db.update(concerns).set({ state: to }).where(eq(concerns.id, concern!.id)),
		).rejects.toThrow();
	});
});

describe('what a move needs', () => {
	test.each<[string, FollowupState, FollowupState, object, string]>([
		['a promise an owner', 'proposed', 'committed', { ownerId: undefined }, 'promise-incomplete'],
		['a promise a day to come', 'proposed', 'committed', { dueOn: inDays(-1) }, 'promise-incomplete'],
		['an owner of the city', 'proposed', 'committed', { ownerId: 'maria' }, 'bad-input'],
		['a unit that there is', 'proposed', 'committed', { unitId: randomUUID() }, 'bad-input'],
		['a rejection a reason', 'proposed', 'rejected', { text: ' ' }, 'reason-needed'],
		['a block a reason', 'in-progress', 'blocked', { text: '' }, 'reason-needed'],
		['a block a day to look again', 'in-progress', 'blocked', { reviewOn: null }, 'review-needed'],
		['a claim evidence', 'in-progress', 'done', { text: '' }, 'evidence-needed'],
		['dropping a reason', 'in-progress', 'dropped', { text: '' }, 'reason-needed'],
		['opening again a reason', 'done', 'reopened', { text: '' }, 'reason-needed'],
		['looking words', 'done', 'verified', { text: '' }, 'reason-needed'],
		['looking thirty days of asking first', 'done', 'verified', {}, 'residents-first'],
	])('%s', async (_, from, to, more, code) => {
		const number = await inState(from);
		if (code === 'promise-incomplete' && 'ownerId' in more)
			await db.update(followups).set({ ownerId: null }).where(eq(followups.number, number));
		await expect(move(db, number, to, more, dana)).rejects.toEqual(refused(code));
		expect((await read(number)).state).toBe(from);
	});

	test('whoever claimed it does not verify it', async () => {
		const number = await inState('done');
		await claimedLongAgo(number);
		await expect(move(db, number, 'verified')).rejects.toEqual(refused('own-claim'));
		await move(db, number, 'verified', {}, noor);
		expect((await read(number)).state).toBe('verified');
	});

	test('nobody but the city', async () => {
		const number = await proposed(db);
		for (const actor of [nobody, maria, guest('ann')])
			await expect(
				moveFollowup(db, actor, { number, version: 1, to: 'rejected', text: 'x' }),
			).rejects.toThrow();
		await expect(deskFollowups(db, maria, none)).rejects.toEqual(refused('forbidden'));
	});
});

test('the day that was promised first stays, whatever it is changed to, by whomever', async () => {
	const number = await inState('committed');
	const first = (await read(number)).dueOn;
	const later = { number, version: 2, dueOn: inDays(40), reason: 'The lamp is on its way.' };
	await changeDue(db, sam, later);
	expect(await read(number)).toMatchObject({ dueOn: inDays(40), firstDueOn: first, version: 3 });
	await expect(changeDue(db, sam, { ...later, version: 3, dueOn: inDays(-1) })).rejects.toEqual(
		refused('promise-incomplete'),
	);
	await expect(
		db
			.update(followups)
			.set({ firstDueOn: inDays(40) })
			.where(eq(followups.number, number)),
	).rejects.toThrow();
	const { id } = await read(number);
	const history = await db
		.select()
		.from(followupEvents)
		.where(and(eq(followupEvents.followupId, id), eq(followupEvents.kind, 'due-changed')));
	expect(history).toMatchObject([
		{ text: 'The lamp is on its way.', detail: { before: first, after: inDays(40) } },
	]);
	await expect(
		db.update(followupEvents).set({ text: 'Never mind' }).where(eq(followupEvents.id, history[0]!.id)),
	).rejects.toThrow();
	await expect(db.delete(followupEvents).where(eq(followupEvents.id, history[0]!.id))).rejects.toThrow();
});

test('two who change the same: the second is refused, and nothing is overwritten', async () => {
	const number = await inState('committed');
	const { version, title, ...followup } = await read(number);
	const fields = { ...followup, ownerId: 'sam', title };
	const change = (more: object) => changeFollowup(db, sam, { ...fields, number, version, ...more });
	await change({ title: 'Mend both lights' });
	await expect(change({ description: 'Something else' })).rejects.toEqual(refused('changed-since'));
	await expect(moveFollowup(db, dana, { number, version, to: 'in-progress' })).rejects.toEqual(
		refused('changed-since'),
	);
	await expect(changeDue(db, dana, { number, version, dueOn: inDays(20), reason: 'x' })).rejects.toEqual(
		refused('changed-since'),
	);
	await expect(
		assignFollowups(db, dana, { followups: [{ number, version }], ownerId: 'dana' }),
	).rejects.toEqual(refused('changed-since'));
	expect(await read(number)).toMatchObject({
		title: 'Mend both lights',
		version: version + 1,
		state: 'committed',
	});
	const changed = { kind: 'changed', detail: { before: { title } } };
	const events = await db.select().from(followupEvents).where(eq(followupEvents.followupId, followup.id));
	expect(events.at(-1)).toMatchObject(changed);
	const told = await eventsAfter(db, followupDeskRoom, 0);
	expect(told.at(-1)).toMatchObject({
		type: 'desk:followup',
		payload: { followup: { number, title: 'Mend both lights' }, by: 'Sam Okafor' },
	});
});

test('of twenty who move it at the same moment one does, nineteen are told', async () => {
	const number = await inState('committed');
	const { version } = await read(number);
	const all = await Promise.allSettled(
		Array.from({ length: 20 }, () => moveFollowup(db, sam, { number, version, to: 'in-progress' })),
	);
	expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
	expect(all.filter((one) => one.status === 'rejected' && one.reason.code === 'changed-since')).toHaveLength(
		19,
	);
});

test('milestones give the percentage, by weight', async () => {
	const number = await inState('in-progress');
	const [lamp, wiring] = [randomUUID(), randomUUID()];
	const milestones = [
		{ id: lamp, title: 'Lamp', weight: 1, dueOn: null, isDone: true },
		{ id: wiring, title: 'Wiring', weight: 2, dueOn: inDays(3), isDone: false },
	];
	const { version, percent } = await read(number);
	expect(percent).toBe(null);
	await setMilestones(db, sam, { number, version, milestones });
	expect((await read(number)).percent).toBe(33);
	await setMilestones(db, sam, {
		number,
		version: version + 1,
		milestones: milestones.map((one) => ({ ...one, isDone: true })),
	});
	const after = await readFollowup(db, sam, number);
	expect(after.followup.percent).toBe(100);
	expect(after.milestones.map(({ title }) => title)).toEqual(['Lamp', 'Wiring']);
});

describe('a concern', () => {
	test('moves along with its follow-ups, to what residents confirm', async () => {
		const { number } = await concernOf(db, { isAcknowledged: false });
		await expect(proposed(db, [number])).rejects.toEqual(refused('reason-needed'));
		const followup = await proposed(db, [number], { text: 'We will mend it.' });
		const second = await proposed(db, [number]);
		expect(await stateOf(number)).toBe('accepted');
		for (const to of ['committed', 'in-progress'] as const) await move(db, followup, to);
		expect(await stateOf(number)).toBe('in-progress');
		await move(db, followup, 'done');
		expect(await stateOf(number)).toBe('in-progress');
		await move(db, second, 'rejected');
		expect(await stateOf(number)).toBe('resolved');
		await move(db, followup, 'reopened');
		expect(await stateOf(number)).toBe('reopened');
		await move(db, followup, 'in-progress');
		expect(await stateOf(number)).toBe('in-progress');
		await move(db, followup, 'done');
		expect(await stateOf(number)).toBe('resolved');
		const { id } = await readConcern(db, number);
		const history = await db
			.select()
			.from(concernEvents)
			.where(eq(concernEvents.concernId, id))
			.orderBy(concernEvents.id);
		expect(history.map(({ to }) => to)).toEqual([
			...['acknowledged', 'accepted', 'in-progress', 'resolved', 'reopened', 'in-progress', 'resolved'],
		]);
		expect(history[0]).toMatchObject({ personId: 'sam', text: 'We will mend it.' });
	});

	test('what the city alone has looked at is resolved, not confirmed', async () => {
		const { number } = await concernOf(db);
		await inState('verified', [number]);
		expect(await stateOf(number)).toBe('resolved');
		await reopenConcern(db, dana, { number, text: 'It is dark again.' });
		expect(await stateOf(number)).toBe('reopened');
		await inState('in-progress', [number]);
		expect(await stateOf(number)).toBe('in-progress');
	});

	test('is declined with a reason, referred with an agency; residents do neither', async () => {
		const [first, second] = [await concernOf(db, { isAcknowledged: false }), await concernOf(db)];
		await expect(
			declineConcern(db, maria, { number: first.number, reason: 'other', text: 'No.' }),
		).rejects.toEqual(refused('forbidden'));
		await declineConcern(db, sam, {
			number: first.number,
			reason: 'not-legal',
			text: 'State law forbids it.',
		});
		expect(await stateOf(first.number)).toBe('declined');
		await referConcern(db, sam, {
			number: second.number,
			agency: 'Iowa DOT',
			reference: 'DOT-77',
			text: 'It is their road.',
		});
		const { id } = await readConcern(db, second.number);
		const [, event] = await db
			.select()
			.from(concernEvents)
			.where(eq(concernEvents.concernId, id))
			.orderBy(concernEvents.id);
		expect(event).toMatchObject({ to: 'referred', detail: { agency: 'Iowa DOT', reference: 'DOT-77' } });
		await expect(acknowledgeConcern(db, sam, { number: second.number, text: 'Again' })).rejects.toEqual(
			refused('concern-state'),
		);
	});

	test('is taken from the inbox by people of the city alone', async () => {
		const { number } = await concernOf(db);
		const seen = { ownerId: null, topic: null, areaId: null };
		await takeConcern(db, dana, { number, seen, ownerId: 'sam', topic: 'lighting', areaId: null });
		const now = { ownerId: 'sam', topic: 'lighting', areaId: null } as const;
		await expect(takeConcern(db, dana, { number, seen: now, ...seen, ownerId: 'maria' })).rejects.toEqual(
			refused('bad-input'),
		);
		const [row] = await db.select().from(concerns).where(eq(concerns.number, number));
		expect(row).toMatchObject(now);
	});

	test('taken by two at once: what only one has touched is kept, what both have is refused to the second', async () => {
		const { number } = await concernOf(db);
		const seen = { ownerId: null, topic: null, areaId: null };
		await takeConcern(db, sam, { number, seen, ...seen, ownerId: 'sam' });
		await takeConcern(db, dana, { number, seen, ...seen, topic: 'lighting' });
		await expect(takeConcern(db, dana, { number, seen, ...seen, ownerId: 'dana' })).rejects.toEqual(
			refused('changed-since'),
		);
		const [row] = await db.select().from(concerns).where(eq(concerns.number, number));
		expect(row).toMatchObject({ ownerId: 'sam', topic: 'lighting' });
		// Knowing what stands there now, it is theirs to decide.
		const now = { ...seen, ownerId: 'sam', topic: 'lighting' } as const;
		await takeConcern(db, dana, { number, seen: now, ...now, ownerId: 'dana' });
		expect((await db.select().from(concerns).where(eq(concerns.number, number)))[0]!.ownerId).toBe('dana');
	});

	test('proposed twice by one press is one follow-up', async () => {
		const { number: concern } = await concernOf(db);
		const fields: Parameters<typeof proposeFollowup>[2] = {
			...{ title: 'Mend the light', description: '', unitId: null, ownerId: null, areaId: null, topic: null },
			...{ priority: 'normal', successMeasure: '', visibility: 'public', concerns: [concern], dueOn: null },
		};
		const once = randomUUID();
		const [one, two] = await Promise.all([0, 1].map(() => proposeFollowup(db, sam, fields, once)));
		expect(two).toEqual(one);
	});

	test('merged into another brings its follow-ups along, and takes them back', async () => {
		const [one, two] = [await concernOf(db), await concernOf(db)];
		const followup = await inState('committed', [one.number]);
		await mergeConcerns(db, dana, { number: one.number, into: two.number });
		await linkFollowup(db, sam, { number: followup, kind: 'concern', id: two.number });
		expect(await stateOf(two.number)).toBe('accepted');
		await move(db, followup, 'in-progress');
		expect([await stateOf(one.number), await stateOf(two.number)]).toEqual(['merged', 'in-progress']);
		await unmergeConcern(db, dana, { number: one.number });
		// As it was, and as its follow-up stands by now.
		expect(await stateOf(one.number)).toBe('in-progress');
	});

	test('taken out of one that was merged itself, it leaves the last of them as what is left stands', async () => {
		const [child, middle, root] = [await concernOf(db), await concernOf(db), await concernOf(db)];
		const [held, done] = [await inState('in-progress', [child.number]), await inState('done', [root.number])];
		await mergeConcerns(db, dana, { number: child.number, into: middle.number });
		await mergeConcerns(db, dana, { number: middle.number, into: root.number });
		const both = async () => [await stateOf(child.number), await stateOf(root.number)];
		expect(await both()).toEqual(['merged', 'resolved']);
		await move(db, done, 'reopened', {}, dana);
		await move(db, done, 'in-progress');
		await move(db, done, 'done');
		expect(await both()).toEqual(['merged', 'in-progress']);
		await unmergeConcern(db, dana, { number: child.number });
		// Its own is held up still; all that is left to the other is done.
		expect([await both(), (await read(held)).state]).toEqual([['in-progress', 'resolved'], 'in-progress']);
	});

	test('supporters are distinct people, before a merge, in it, and after it was taken back', async () => {
		const meeting = await concernOf(db);
		const [one, two] = [
			meeting,
			await concernOf(db, { meeting: { id: meeting.meetingId }, text: 'And the crossing at Elm?' }),
		];
		const vote = (questionId: string, who: string) =>
			castVotes(db, [{ actor: guest(who), questionId, on: true }]);
		for (const who of ['v1', 'v2', 'v3']) await vote(one.questionId, who);
		for (const who of ['v2', 'v3', 'v4']) await vote(two.questionId, who);
		const counts = async () => [
			(await readConcern(db, one.number)).supporters,
			(await readConcern(db, two.number)).supporters,
		];
		const followup = await proposed(db, [one.number, two.number]);
		expect([...(await counts()), (await read(followup)).supporters]).toEqual([3, 3, 4]);
		await mergeConcerns(db, dana, { number: one.number, into: two.number });
		expect((await counts())[1]).toBe(4);
		expect((await read(followup)).supporters).toBe(4);
		await unmergeConcern(db, dana, { number: one.number });
		expect([...(await counts()), (await read(followup)).supporters]).toEqual([3, 3, 4]);
	});
});

test('links to pins, questions and the meeting where it was promised are public things alone, once each', async () => {
	const { questionId, meetingId } = await concernOf(db);
	const number = await proposed(db, [], { meetingId });
	const link = { number, kind: 'question', id: questionId } as const;
	await linkFollowup(db, sam, link);
	await linkFollowup(db, sam, link);
	await expect(linkFollowup(db, sam, { ...link, id: randomUUID() })).rejects.toEqual(refused('not-found'));
	await expect(linkFollowup(db, tom, link)).rejects.toEqual(refused('forbidden'));
	const { version } = await read(number);
	await unlinkFollowup(db, sam, link);
	await unlinkFollowup(db, sam, link);
	expect((await read(number)).version).toBe(version + 1);
});

test('what an internal one does moves no concern; what was promised in public stays public', async () => {
	const { number: concern } = await concernOf(db);
	const internal = await proposed(db, [concern], { visibility: 'internal' });
	for (const to of wayTo.done) await move(db, internal, to);
	expect(await stateOf(concern)).toBe('acknowledged');
	// Of what residents know nothing of somebody else may look at once.
	await move(db, internal, 'verified', {}, dana);

	const number = await inState('committed', [concern]);
	const { version, owner, ...followup } = await read(number);
	const fields = { ...followup, ownerId: owner!.id, version, number };
	await expect(changeFollowup(db, sam, { ...fields, visibility: 'internal' })).rejects.toEqual(
		refused('promise-public'),
	);
});

test('a concern that is linked to what is done already is resolved', async () => {
	const { number: concern } = await concernOf(db);
	const number = await inState('done');
	await linkFollowup(db, sam, { number, kind: 'concern', id: concern });
	expect(await stateOf(concern)).toBe('resolved');
	const { version } = await read(number);
	// Linked already: that it takes no others now is no matter.
	await linkFollowup(db, sam, { number, kind: 'concern', id: concern.toLowerCase() });
	expect((await read(number)).version).toBe(version);
	await unlinkFollowup(db, sam, { number, kind: 'concern', id: concern });
	expect(await stateOf(concern)).toBe('resolved');
	await expect(linkFollowup(db, sam, { number, kind: 'concern', id: concern })).rejects.toEqual(
		refused('concern-state'),
	);
});

test('a concern that nobody has answered is linked with its first answer, and not without', async () => {
	const { number: concern } = await concernOf(db, { isAcknowledged: false });
	const number = await proposed(db);
	const link = { number, kind: 'concern', id: concern } as const;
	await expect(linkFollowup(db, sam, link)).rejects.toMatchObject({ code: 'reason-needed', field: 'text' });
	expect(await stateOf(concern)).toBe('published');
	await linkFollowup(db, sam, { ...link, text: 'The lamp is on our list.' });
	expect(await stateOf(concern)).toBe('accepted');
	const { id } = await readConcern(db, concern);
	const [event] = await db.select().from(concernEvents).where(eq(concernEvents.concernId, id));
	expect(event).toMatchObject({ to: 'acknowledged', text: 'The lamp is on our list.', personId: 'sam' });
	// A second time its words are nothing new.
	await linkFollowup(db, dana, { ...link, text: 'Again' });
	expect((await readFollowup(db, sam, number)).followup.version).toBe(2);
});

describe('many at once', () => {
	const lastSeq = async () => (await eventsAfter(db, followupDeskRoom, 0, 100_000)).at(-1)?.seq ?? 0;
	/** How often boards' cards are read while something is done. */
	async function readsOfCards(act: () => Promise<unknown>): Promise<number> {
		const asked = vi.spyOn(pg.Client.prototype, 'query');
		try {
			await act();
			return asked.mock.calls.filter(([query]) => JSON.stringify(query)?.includes('json_agg')).length;
		} finally {
			asked.mockRestore();
		}
	}

	test('a hundred that are given away are read once, and each is told of, in the order of their numbers', async () => {
		const numbers: string[] = [];
		for (let n = 0; n < 100; n++) numbers.push(await proposed(db));
		const before = await lastSeq();
		const chosen = numbers.toReversed().map((number) => ({ number, version: 1 }));
		const reads = await readsOfCards(() => assignFollowups(db, sam, { followups: chosen, ownerId: 'noor' }));
		expect(reads).toBe(1);
		const told = await eventsAfter(db, followupDeskRoom, before, 1_000);
		expect(told.map(({ payload }) => payload)).toMatchObject(
			numbers.map((number) => ({
				by: 'Sam Okafor',
				followup: { number, version: 2, owner: { id: 'noor' } },
			})),
		);
		const ids = told.map(({ payload }) => (payload as { followup: { id: string } }).followup.id);
		const rows = await db.select().from(news).where(inArray(news.followupId, ids));
		expect(rows.filter(({ kind }) => kind === 'assigned')).toHaveLength(100);
		// One of them has changed since: none is given away.
		const again = numbers.map((number, i) => ({ number, version: i === 50 ? 1 : 2 }));
		await expect(assignFollowups(db, dana, { followups: again, ownerId: 'sam' })).rejects.toEqual(
			refused('changed-since'),
		);
		expect(await lastSeq()).toBe(before + 100);
	});

	test('what is told of several at once is read once; sent again it tells nothing', async () => {
		const numbers = [await inState('committed'), await inState('in-progress'), await proposed(db)];
		const update = { id: randomUUID(), numbers, text: 'News.', isPublic: true, isPublished: true };
		const before = await lastSeq();
		expect(await readsOfCards(() => writeUpdate(db, sam, update))).toBe(1);
		const told = await eventsAfter(db, followupDeskRoom, before);
		expect(told.map(({ payload }) => payload)).toMatchObject(
			numbers.toSorted().map((number) => ({ followup: { number } })),
		);
		expect(await readsOfCards(() => writeUpdate(db, sam, update))).toBe(0);
		expect(await lastSeq()).toBe(before + 3);
	});
});

describe('an update', () => {
	const text = 'The lamp is ordered.';
	const updates = async (number: string) => updatesOf(db, (await read(number)).id);

	test('sent again as a draft has the words of the last time; published, it stays', async () => {
		const number = await inState('in-progress');
		const update = { id: randomUUID(), numbers: [number], text, isPublic: true, isPublished: false };
		await writeUpdate(db, sam, update);
		await writeUpdate(db, sam, { ...update, text: 'For us alone', isPublic: false });
		await publishUpdate(db, sam, { updateId: update.id });
		expect(await updates(number)).toMatchObject([{ text: 'For us alone', isPublic: false }]);
		await writeUpdate(db, sam, { ...update, text: 'For us alone', isPublic: false });
		await expect(writeUpdate(db, sam, update)).rejects.toEqual(refused('followup-state'));
		await expect(discardUpdate(db, sam, { updateId: update.id })).rejects.toEqual(refused('followup-state'));
		const written = db.update(followupUpdates).set({ text: 'Never mind' });
		await expect(written.where(eq(followupUpdates.id, update.id))).rejects.toThrow();
		await expect(db.delete(followupUpdates).where(eq(followupUpdates.id, update.id))).rejects.toThrow();
		await expect(writeUpdate(db, maria, update)).rejects.toEqual(refused('forbidden'));
	});

	test('of several is told in each once, however often it is sent', async () => {
		const numbers = [await inState('in-progress'), await inState('committed')];
		const update = { id: randomUUID(), numbers, text, isPublic: true, isPublished: true };
		for (let n = 0; n < 2; n++) await writeUpdate(db, sam, update);
		for (const number of numbers) expect(await updates(number)).toMatchObject([{ text, isPublic: true }]);
	});
});

test('a photo of a try that was refused is no evidence of the next one', async () => {
	const number = await inState('in-progress');
	const sent = new Uint8Array(await plainPhoto().png().toBuffer());
	const [first, second] = [randomUUID(), randomUUID()];
	await addFollowupPhoto(db, sam, { number, id: first, sent });
	await keepEvidence(db, sam, { number, ids: [second] });
	await expect(move(db, number, 'done', { text: '' })).rejects.toEqual(refused('evidence-needed'));
	await addFollowupPhoto(db, sam, { number, id: second, sent });
	await expect(readFollowupPhoto(db, maria, number, second)).rejects.toEqual(refused('not-found'));
	await move(db, number, 'done', { text: '' });
	expect(await readFollowupPhoto(db, maria, number, second)).toMatchObject({ isPublic: true });
	await expect(readFollowupPhoto(db, maria, number, first)).rejects.toEqual(refused('not-found'));
});

test('an internal one is for the city alone', async () => {
	const number = await proposed(db, [], { visibility: 'internal', title: 'Not for everybody' });
	await expect(readFollowup(db, maria, number)).rejects.toEqual(refused('not-found'));
	const all = await publicFollowups(db, { ...none, words: 'not for everybody' });
	expect(all).toMatchObject({ followups: [], count: 0 });
	expect(await deskFollowups(db, sam, { ...none, words: 'not for everybody' })).toHaveLength(1);
});

test('what the filter shows is what it says: mine, late, silent, unit, topic, state, words', async () => {
	const [late, silent] = [await inState('committed'), await inState('committed')];
	await db
		.update(followups)
		.set({ dueOn: inDays(-1) })
		.where(eq(followups.number, late));
	await db
		.update(followups)
		.set({ toldAt: sql`now() - interval '20 days'`, ownerId: 'dana' })
		.where(eq(followups.number, silent));
	const shown = async (search: string, actor = dana) =>
		(await deskFollowups(db, actor, followupFilterOf(new URLSearchParams(search)))).map(
			({ number }) => number,
		);
	expect(await shown('overdue')).toEqual([late]);
	expect(await shown('silent')).toEqual([silent]);
	expect(await shown('mine')).toEqual([silent]);
	expect(await shown(`unit=${await trafficUnit(db)}&state=committed&q=${silent.toLowerCase()}`)).toEqual([
		silent,
	]);
	expect(await shown('topic=youth')).toEqual([]);
	expect(await shown(`area=${randomUUID()}`)).toEqual([]);
});

test('a browser orders the board as PostgreSQL does', async () => {
	for (const [n, more] of [
		{ priority: 'urgent' },
		{ priority: 'low', dueOn: inDays(1) },
		{ dueOn: null },
	].entries())
		await proposed(db, [], { title: `Ordered ${n}`, ...more });
	const all = await deskFollowups(db, sam, none);
	expect(all.toReversed().toSorted(byUrgency)).toEqual(all);
	expect(new Set(all.map(({ priority }) => priority)).size).toBe(3);
});

test('news reaches each follower once per channel, in the transaction of the change; nobody anonymous, not whoever did it', async () => {
	const { number } = await concernOf(db);
	const [tomsRow, mail, everything] = await db
		.insert(followers)
		.values([
			{ personId: 'tom', confirmedAt: new Date() },
			{ email: 'bea@example.org', confirmedAt: new Date(), period: 'weekly' as const },
			{ email: 'not-yet@example.org' },
		])
		.returning();
	await db.insert(follows).values([
		{ followerId: tomsRow!.id, kind: 'concern', subject: number },
		{ followerId: tomsRow!.id, kind: 'everything' },
		{ followerId: mail!.id, kind: 'concern', subject: number },
		{ followerId: everything!.id, kind: 'everything' },
	]);
	const followup = await proposed(db, [number]);
	await move(db, followup, 'committed');
	const { id } = await read(followup);
	const rows = await db
		.select({
			kind: news.kind,
			detail: news.detail,
			channel: notices.channel,
			who: notices.followerId,
			dueAt: notices.dueAt,
		})
		.from(notices)
		.innerJoin(news, eq(news.id, notices.newsId))
		.where(eq(news.followupId, id))
		.orderBy(news.id, notices.followerId, notices.channel);
	const committed = rows.filter(({ detail }) => detail['to'] === 'committed');
	expect(committed.map(({ who, channel }) => [who === tomsRow!.id ? 'tom' : 'bea', channel]).sort()).toEqual([
		['bea', 'email'],
		['tom', 'email'],
		['tom', 'in-app'],
	]);
	expect(rows).toHaveLength(6);
});

test('a state list that grew without a way into it fails here', () => {
	expect(Object.keys(wayTo).sort()).toEqual([...followupStates].sort());
	const states: ConcernState[] = [...concernStates];
	expect(Object.keys(concernMoves).sort()).toEqual(states.sort());
});
