// Follow-ups: every move of their states, what a move needs, two who change the same, and many at once.
import { randomUUID } from 'node:crypto';
import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { eventsAfter } from '#db/events.ts';
import { changeDue, moveFollowup } from '#db/followupMoves.ts';
import { deskFollowups, publicFollowups, readFollowup } from '#db/followupReads.ts';
import { assignFollowups, changeFollowup, setMilestones } from '#db/followups.ts';
import {
	followers,
	followupEvents,
	followupPhotos,
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
	daysSilent,
	followupFilterOf,
	followupMoves,
	followupStates,
	isSilent,
	needsOf,
	type FollowupState,
} from '#domain/followups.ts';
import { nobody } from '#domain/people.ts';
import {
	addFollowupPhoto,
	discardUpdate,
	keepEvidence,
	publishUpdate,
	readFollowupPhoto,
	updatesOf,
	writeUpdate,
} from '#db/followupUpdates.ts';
import { plainPhoto } from '#tests/pictureFiles.ts';
import { dana, guest, maria, noor, sam, settle } from '#tests/cast.ts';
import { allNeeded, concernOf, inDays, move, proposed, trafficUnit, wayTo } from '#tests/promises.ts';
import { testDatabase } from '#tests/setup/database.ts';

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

test('three photos of a form that was refused are sent again with it, and count once', async () => {
	const number = await inState('in-progress');
	const sent = new Uint8Array(await plainPhoto().png().toBuffer());
	const ids = [randomUUID(), randomUUID(), randomUUID()];
	const [update, other] = [randomUUID(), await inState('in-progress')];
	const draft = { id: update, numbers: [number], text: 'It burns.', isPublic: true, isPublished: false };
	const { version, id: followupId } = await read(number);
	/** As the form of a claim sends it. */
	async function claim(seen: number) {
		await keepEvidence(db, sam, { number, ids });
		for (const id of ids) await addFollowupPhoto(db, sam, { number, id, sent });
		await moveFollowup(db, sam, { number, version: seen, to: 'done' });
	}
	await expect(claim(version - 1)).rejects.toEqual(refused('changed-since'));
	await expect(addFollowupPhoto(db, sam, { number, id: randomUUID(), sent })).rejects.toEqual(
		refused('too-many-photos'),
	);
	for (const place of [{ number: other }, { number, updateId: update }]) {
		if (place.updateId) await writeUpdate(db, sam, draft);
		await expect(addFollowupPhoto(db, sam, { ...place, id: ids[0]!, sent })).rejects.toEqual(
			refused('bad-input'),
		);
	}
	await claim(version);
	expect(await read(number)).toMatchObject({ state: 'done' });
	// The photos of a draft; also where it was published, and only the answer was lost.
	const more = [randomUUID(), randomUUID(), randomUUID()];
	for (let n = 0; n < 3; n++) {
		for (const id of more) await addFollowupPhoto(db, sam, { number, updateId: update, id, sent });
		if (n === 1) await publishUpdate(db, sam, { updateId: update });
	}
	expect((await updatesOf(db, followupId))[0]!.photos.toSorted()).toEqual(more.toSorted());
	await expect(
		addFollowupPhoto(db, sam, { number, updateId: update, id: randomUUID(), sent }),
	).rejects.toEqual(refused('followup-state'));
	expect(await db.$count(followupPhotos, eq(followupPhotos.followupId, followupId))).toBe(6);
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

test('a card waits for a public word exactly when the filter says so', async () => {
	const title = 'Told of a while ago';
	const [last, waits, internal, proposal] = [
		await inState('committed'),
		await inState('committed'),
		await proposed(db, [], { title, visibility: 'internal' }),
		await proposed(db, [], { title }),
	];
	await move(db, internal, 'committed');
	const all = [last, waits, internal, proposal];
	await db.update(followups).set({ title }).where(inArray(followups.number, all));
	const told = (number: string, ago: SQL) =>
		db
			.update(followups)
			.set({ toldAt: sql`now() - (${ago})` })
			.where(eq(followups.number, number));
	await told(last, sql`interval '14 days' + interval '5 minutes'`);
	for (const number of [waits, internal, proposal])
		await told(number, sql`interval '14 days' - interval '5 minutes'`);
	const cards = await deskFollowups(db, sam, { ...none, words: title });
	const silent = await deskFollowups(db, sam, { ...none, words: title, silent: true });
	const now = new Date();
	expect(silent.map(({ number }) => number)).toEqual([last]);
	expect(cards.filter((card) => isSilent(card, now))).toEqual(silent);
	expect(cards.map((card) => [card.number, daysSilent(card, now)]).toSorted()).toEqual(
		all.map((number) => [number, number === last ? 14 : 13]).toSorted(),
	);
	// A day later those wait that are public promises.
	const later = new Date(now.getTime() + 86_400_000);
	expect(cards.filter((card) => isSilent(card, later)).map(({ number }) => number)).toEqual([last, waits]);
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
