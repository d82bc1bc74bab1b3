// Concerns: every move of their states, what they need, merges, links and supporters, and how they move along with their follow-ups.
import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import {
	acknowledgeConcern,
	declineConcern,
	moveConcern,
	referConcern,
	reopenConcern,
	takeConcern,
} from '#db/concernMoves.ts';
import { enterConcern } from '#db/concernEntries.ts';
import { mergeConcerns, unmergeConcern } from '#db/concernMerges.ts';
import { readConcern } from '#db/concerns.ts';
import { work } from '#db/command.ts';
import { linksOf } from '#db/followupHistory.ts';
import { heldMeetings } from '#db/followupMeetings.ts';
import { readFollowup } from '#db/followupReads.ts';
import { linkFollowup, unlinkFollowup } from '#db/followupLinks.ts';
import { changeFollowup, proposeFollowup } from '#db/followups.ts';
import { readInbox } from '#db/inbox.ts';
import { concernsWithin, journeyOf } from '#db/journeys.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { publishMeeting } from '#db/meetings.ts';
import { concernEvents, concerns, followups, meetings, questions } from '#db/schema/index.ts';
import { concernMoves, concernStates } from '#domain/concerns.ts';
import type { FollowupState } from '#domain/followups.ts';
import { system } from '#domain/people.ts';
import { castVotes } from '#db/votes.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import { anEvening, dana, guest, maria, noor, sam, settle, tom } from '#tests/cast.ts';
import { concernOf, move, proposed, wayTo } from '#tests/promises.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
	await settle(db, [noor]);
});
afterAll(() => closeDatabase(db));

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
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

describe('every pair of states of two concerns that are merged', () => {
	const pairs = concernStates.flatMap((source) => concernStates.map((target) => [source, target] as const));
	test.each(pairs)(
		'one that is %s into one that is %s: and parted again as they were',
		async (from, into) => {
			const n = pairs.findIndex(([a, b]) => a === from && b === into);
			const numbers = [0, 1].map((one) => `PL-2021-${10_000 + 2 * n + one}`) as [string, string];
			await db.insert(concerns).values([
				{ number: numbers[0], title: 'x', state: from },
				{ number: numbers[1], title: 'y', state: into },
			]);
			const states = async () => [await stateOf(numbers[0]), await stateOf(numbers[1])];
			const merged = mergeConcerns(db, dana, { number: numbers[0], into: numbers[1] });
			const isTurnedAway = [from, into].some((state) => state === 'declined' || state === 'referred');
			const code = isTurnedAway
				? 'concern-turned-away'
				: [from, into].includes('merged')
					? 'concern-merge'
					: // Residents have confirmed it: it is over.
						from === 'confirmed'
						? 'concern-state'
						: null;
			if (code !== null) {
				await expect(merged).rejects.toEqual(refused(code));
				expect(await states()).toEqual([from, into]);
				return;
			}
			await merged;
			expect(await states()).toEqual(['merged', into]);
			await unmergeConcern(db, dana, { number: numbers[0] });
			expect(await states()).toEqual([from, into]);
		},
	);
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

test('a link is made by what people have at hand: a short name, an address, an id; once, however it is called', async () => {
	const { questionId, meetingId, number: concern } = await concernOf(db);
	const [meeting] = await db.select().from(meetings).where(eq(meetings.id, meetingId));
	const { slug } = meeting!;
	const [question] = await db.select().from(questions).where(eq(questions.id, questionId));
	const round = await openMap(db);
	const { id: pinId } = await pinOf(db, tom, round.id);
	const number = await proposed(db);
	const { id } = (await readFollowup(db, sam, number)).followup;
	const called = {
		concern: [concern.toLowerCase(), `https://hear.example/desk/concerns/${concern}`],
		meeting: [slug, `/meetings/${slug}/report`, meetingId],
		question: [
			`https://hear.example/meetings/${slug}#question-${question!.number}`,
			`/meetings/${slug}/replay?q=${question!.number}`,
			questionId.toUpperCase(),
		],
		pin: [`/map/${round.slug}?pin=${pinId}`, pinId],
	};
	for (const [kind, names] of Object.entries(called))
		for (const name of names) await linkFollowup(db, sam, { number, kind: kind as 'pin', id: name });
	// Four links, each once.
	expect((await readFollowup(db, sam, number)).followup).toMatchObject({
		version: 5,
		concerns: [{ number: concern }],
	});
	const links = await linksOf(db, id);
	expect(links.map((link) => [link.kind, link.id, link.path])).toEqual([
		['meeting', meetingId, `/meetings/${slug}`],
		['pin', pinId, `/map/${round.slug}?pin=${pinId}`],
		['question', questionId, `/meetings/${slug}#question-${question!.number}`],
	]);
	// The address that stands at a link makes the same link again.
	for (const { kind, path } of links) await linkFollowup(db, sam, { number, kind, id: path });
	expect((await readFollowup(db, sam, number)).followup.version).toBe(5);

	const draft = await createMeeting(db, dana, { ...anEvening, title: 'Not announced yet' });
	for (const [kind, name] of [
		['meeting', draft.slug],
		['meeting', `/meetings/${draft.slug}`],
		['meeting', 'no-such-meeting'],
		['question', `/meetings/${slug}#question-999`],
		['question', `/meetings/${slug}`],
		['pin', `/map/${round.slug}?pin=${randomUUID()}`],
	] as const)
		await expect(linkFollowup(db, sam, { number, kind, id: name })).rejects.toMatchObject({
			...{ code: 'not-found', field: 'id' },
		});
	await expect(linkFollowup(db, sam, { number, kind: 'meeting', id: ' ' })).rejects.toEqual(
		refused('bad-input'),
	);
});

test('the meetings at which something can have been promised are on or have been, the newest first', async () => {
	const { meetingId } = await concernOf(db);
	const { id: draftId } = await createMeeting(db, dana, { ...anEvening, title: 'Next month' });
	const ids = async () => (await heldMeetings(db)).map(({ id }) => id);
	expect(await ids()).toContain(meetingId);
	await publishMeeting(db, dana, { meetingId: draftId });
	expect(await ids()).not.toContain(draftId);
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

describe('what was accepted keeps a follow-up that everybody can see', () => {
	const hide = async (number: string) => {
		const { owner, ...followup } = await read(number);
		await changeFollowup(db, sam, { ...followup, ownerId: owner!.id, visibility: 'internal' });
	};
	const unlink = (number: string, id: string) => unlinkFollowup(db, sam, { number, kind: 'concern', id });

	test.each<FollowupState>(['proposed', 'committed', 'in-progress', 'rejected', 'dropped'])(
		'the last one, %s, is not taken away; with another one it is',
		async (state) => {
			const { number: concern } = await concernOf(db);
			const number = await inState(state, [concern]);
			const before = await read(number);
			const stood = await stateOf(concern);
			expect(['accepted', 'in-progress']).toContain(stood);
			await proposed(db, [concern], { visibility: 'internal' });
			await expect(unlink(number, concern)).rejects.toEqual(refused('last-followup'));
			if (before.firstDueOn === null) await expect(hide(number)).rejects.toEqual(refused('last-followup'));
			expect(await read(number)).toEqual(before);
			const another = await proposed(db, [concern]);
			await unlink(number, concern.toLowerCase());
			await unlink(number, concern);
			expect((await read(number)).concerns).toEqual([]);
			expect(await stateOf(concern)).toBe(stood);
			await expect(hide(another)).rejects.toEqual(refused('last-followup'));
		},
	);

	test('also where it is linked to what was merged into the concern', async () => {
		const [{ number: one }, { number: two }] = [await concernOf(db), await concernOf(db)];
		const number = await proposed(db, [one]);
		await mergeConcerns(db, dana, { number: one, into: two });
		expect(await stateOf(two)).toBe('accepted');
		await expect(unlink(number, one)).rejects.toEqual(refused('last-followup'));
		await linkFollowup(db, sam, { number, kind: 'concern', id: two });
		await unlink(number, one);
		await expect(unlink(number, two)).rejects.toEqual(refused('last-followup'));
		expect(await stateOf(two)).toBe('accepted');
	});
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

describe('what somebody has told the city at the counter or by phone', () => {
	const entry = {
		title: 'Cars race on Pine Street at night',
		words: 'They race from ten until two, every Friday.',
		topic: 'traffic',
		areaId: null,
	} as const;

	test('is entered as a concern that waits in the inbox, and is told without a name', async () => {
		const { number } = await enterConcern(db, sam, entry);
		const concern = await readConcern(db, number);
		expect(concern).toMatchObject({ title: entry.title, state: 'published', meeting: null, supporters: 0 });
		expect(concern.sources).toMatchObject([{ kind: 'staff', words: entry.words, meeting: null }]);
		expect((await readInbox(db, dana)).find((one) => one.number === number)).toMatchObject({
			...{ why: 'no-owner', topic: 'traffic', owner: null },
		});
		const steps = await journeyOf(db, await concernsWithin(db, concern.id), []);
		expect(steps).toMatchObject([
			{ kind: 'said', source: 'staff', words: entry.words, moment: null, place: null },
			{ kind: 'captured', concern: number },
		]);
		expect(JSON.stringify([concern, steps])).not.toContain('sam');
		// It is worked with as every other.
		const followup = await proposed(db, [number], { text: 'We will watch the street.' });
		await move(db, followup, 'committed');
		expect(await stateOf(number)).toBe('accepted');
	});

	test('is one concern when it is sent twice, and two when two have said the same', async () => {
		const once = randomUUID();
		const [one, two] = await Promise.all([0, 1].map(() => enterConcern(db, sam, entry, once)));
		expect(two).toEqual(one);
		expect(await enterConcern(db, sam, entry)).not.toEqual(one);
	});

	test('is entered by people of the city alone, with words, and in an area that there is', async () => {
		await expect(enterConcern(db, maria, entry)).rejects.toEqual(refused('forbidden'));
		await expect(enterConcern(db, guest('ann'), entry)).rejects.toEqual(refused('sign-in-needed'));
		await expect(enterConcern(db, sam, { ...entry, words: ' ' })).rejects.toMatchObject({
			...{ code: 'bad-input', field: 'words' },
		});
		await expect(enterConcern(db, sam, { ...entry, areaId: randomUUID() })).rejects.toMatchObject({
			...{ code: 'bad-input', field: 'areaId' },
		});
	});
});
