import { and, eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { readAudit } from '#db/audit.ts';
import { blockAsker } from '#db/blocks.ts';
import { writeCaption } from '#db/captions.ts';
import { acceptCard, captureCard, releaseCard, supportCard } from '#db/cards.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { mergeConcerns, unmergeConcern } from '#db/concernMerges.ts';
import { captureQuestion, listConcerns, readConcern } from '#db/concerns.ts';
import { copyIntoRows } from '#db/documentCopies.ts';
import { rightsOnBoard } from '#db/documentRights.ts';
import { changeDocument, documentIn } from '#db/documents.ts';
import { documentAt, momentsOf, restoreDocument } from '#db/documentVersions.ts';
import { eventsAfter } from '#db/events.ts';
import { readHall } from '#db/hall.ts';
import { endMeeting } from '#db/meetings.ts';
import { undoLastAct } from '#db/questionUndo.ts';
import { askQuestion } from '#db/questions.ts';
import { boardCards, concernMerges, concerns, documentUpdates } from '#db/schema/index.ts';
import { voteForQuestion } from '#db/votes.ts';
import { addCard, beginBoard, cardText, markCard, readBoard, removeCard } from '#domain/board.ts';
import { emptyDocument } from '#domain/documents.ts';
import { hallRoom } from '#domain/events.ts';
import { nobody, type Actor } from '#domain/people.ts';
import { ada, dana, guest, liveMeeting, maria, rosa, sam, settle, tom } from '#tests/cast.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
let meeting: { id: string; slug: string };
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
beforeEach(async () => {
	meeting = await liveMeeting(db, { boardOpen: true });
});
afterAll(() => closeDatabase(db));

const ann = guest('ann');
const bob = guest('bob');
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const place = () => ({ kind: 'board', id: meeting.id }) as const;
const write = <T>(change: (doc: Y.Doc) => T) => db.transaction((tx) => changeDocument(tx, place(), change));
const board = async () => readBoard(await documentIn(db, place()));
const rows = () => db.select().from(boardCards).where(eq(boardCards.meetingId, meeting.id));
const authorOn = (actor: Actor) =>
	rightsOnBoard({ meetingId: meeting.id, state: 'live', boardOpen: true, blocked: [] }, actor).author!;
const cardBy = (actor: Actor, text: string) =>
	write((doc) => addCard(doc, authorOn(actor), randomUUID(), { text, column: 'heard', kind: 'resident' }));
const ask = async (actor: Actor, text = 'When is the crossing on Elm Street built?') =>
	(await askQuestion(db, actor, { meetingId: meeting.id, text, anonymous: true })).id;
const support = (actor: Actor, key: string, on = true) =>
	supportCard(db, actor, { meetingId: meeting.id, key, on });
const capture = (actor: Actor, kind: 'question' | 'caption' | 'pin', id: string) =>
	captureCard(db, actor, { meetingId: meeting.id, kind, id });
const accept = (actor: Actor, key: string) => acceptCard(db, actor, { meetingId: meeting.id, key });
const release = (actor: Actor, key: string) => releaseCard(db, actor, { meetingId: meeting.id, key });
const factsTold = async () =>
	(await eventsAfter(db, hallRoom(meeting.id), 0))
		.filter(({ type }) => type === 'card:facts')
		.flatMap(({ payload }) => (payload as { cards: unknown[] }).cards);

describe('the rows of a board', () => {
	test('are what the document says: new, changed and gone', async () => {
		const [first, second] = [await cardBy(ann, 'Dark at the crossing'), await cardBy(bob, 'Loud at night')];
		expect((await copyIntoRows(db, place())).unreadable).toEqual([]);
		expect(await rows()).toHaveLength(2);
		await write((doc) => {
			cardText(doc, first)!.insert(0, 'Very ');
			markCard(doc, first, { theme: 'Light', colour: 'amber' });
			removeCard(doc, second);
		});
		await copyIntoRows(db, place());
		await copyIntoRows(db, place());
		expect(await rows()).toMatchObject([
			{
				...{ key: first, author: authorOn(ann), kind: 'resident', column: 'heard' },
				...{ text: 'Very Dark at the crossing', theme: 'Light', colour: 'amber', sourceKind: 'typed' },
			},
		]);
	});

	test('a card that is not in form has no row, and is named', async () => {
		const good = await cardBy(ann, 'Dark at the crossing');
		await write((doc) => doc.getMap('cards').set('x:1', new Y.Map([['text', 'no card']])));
		expect((await copyIntoRows(db, place())).unreadable).toEqual(['x:1']);
		expect((await rows()).map(({ key }) => key)).toEqual([good]);
	});

	test('are there when the meeting has ended', async () => {
		const key = await cardBy(ann, 'Dark at the crossing');
		await endMeeting(db, dana, { meetingId: meeting.id });
		expect(await rows()).toMatchObject([{ key, text: 'Dark at the crossing' }]);
	});
});

describe('supporting a card', () => {
	test('counts, is told to the hall, and is the viewer’s own', async () => {
		const key = await cardBy(ann, 'Dark at the crossing');
		await support(bob, key);
		await support(maria, key);
		expect((await factsTold()).at(-1)).toEqual({ key, supports: 2, concern: null });
		const hall = await readHall(db, bob, meeting.slug);
		expect([hall.cards, hall.supported]).toEqual([[{ key, supports: 2, concern: null }], [key]]);
		expect((await readHall(db, tom, meeting.slug)).supported).toEqual([]);
	});

	test('a second time changes nothing, from two tabs and after signing in alike; it can be taken back', async () => {
		const key = await cardBy(ann, 'Dark at the crossing');
		const before = { ...maria, account: null };
		await Promise.all([support(before, key), support(before, key)]);
		await support(maria, key);
		expect(await factsTold()).toEqual([{ key, supports: 1, concern: null }]);
		await support(maria, key, false);
		await support(maria, key, false);
		expect((await factsTold()).at(-1)).toEqual({ key, supports: 0, concern: null });
	});

	test('many at the same time are all counted, and the last that is told is the count', async () => {
		const key = await cardBy(ann, 'Dark at the crossing');
		await Promise.all(Array.from({ length: 12 }, (_, i) => support(guest(`n${i}`), key)));
		expect((await factsTold()).at(-1)).toEqual({ key, supports: 12, concern: null });
	});

	test('is not for one’s own card, one’s own question on a card, a card that is not there, or the blocked', async () => {
		const own = await cardBy(ann, 'Dark at the crossing');
		await expect(support(ann, own)).rejects.toEqual(refused('own-card'));
		const questionId = await ask(bob);
		const { key } = await capture(dana, 'question', questionId);
		await expect(support(bob, key)).rejects.toEqual(refused('own-card'));
		await support(ann, key);
		await expect(support(bob, 'x:1')).rejects.toEqual(refused('not-found'));
		await expect(support(nobody, own)).rejects.toEqual(refused('sign-in-needed'));
		await blockAsker(db, dana, { questionId, reason: 'spam' });
		await expect(support(bob, own)).rejects.toEqual(refused('blocked'));
	});

	test('ends with the meeting', async () => {
		const key = await cardBy(ann, 'Dark at the crossing');
		await endMeeting(db, dana, { meetingId: meeting.id });
		await expect(support(bob, key)).rejects.toEqual(refused('meeting-not-live'));
	});
});

describe('capturing', () => {
	test('a question becomes a card in the first column that says where it comes from and when', async () => {
		const id = await ask(ann);
		const { key } = await capture(sam, 'question', id);
		const { columns, cards } = await board();
		expect(columns.map((column) => column.id)).toEqual(['heard', 'grouped', 'taking-on', 'not-ours']);
		expect(cards).toMatchObject([
			{
				...{ key, column: 'heard', kind: 'resident', text: 'When is the crossing on Elm Street built?' },
				source: { kind: 'question', id, at: expect.any(Number) },
			},
		]);
		expect(await rows()).toMatchObject([{ key, sourceKind: 'question', sourceId: id }]);
	});

	test('a second time, and by two at once, it is the same card, also after somebody has moved it', async () => {
		const id = await ask(ann);
		const [one, two] = await Promise.all([capture(dana, 'question', id), capture(sam, 'question', id)]);
		expect(two).toEqual(one);
		await write((doc) => markCard(doc, one.key, { theme: 'Light' }));
		expect(await capture(dana, 'question', id)).toEqual(one);
		expect((await board()).cards).toMatchObject([{ theme: 'Light' }]);
	});

	test('a captioner brings a line of the captions, but no question', async () => {
		const { id } = await writeCaption(db, rosa, {
			...{ meetingId: meeting.id, language: 'en', text: 'The lights come in May.', typedForMs: 0 },
		});
		const { key } = await capture(rosa, 'caption', id);
		expect((await board()).cards).toMatchObject([
			{ key, text: 'The lights come in May.', source: { kind: 'caption', id } },
		]);
		await expect(capture(rosa, 'question', await ask(ann))).rejects.toEqual(refused('forbidden'));
	});

	test('the note of a pin is brought, cut to what a card holds', async () => {
		const round = await openMap(db);
		const { id } = await pinOf(db, ann, round.id, { note: 'é'.repeat(400) });
		await capture(dana, 'pin', id);
		expect((await board()).cards).toMatchObject([{ text: 'é'.repeat(280), source: { kind: 'pin', id } }]);
	});

	test('what is not public or of another meeting is not brought, and residents bring nothing', async () => {
		const id = await ask(ann);
		await expect(capture(maria, 'question', id)).rejects.toEqual(refused('forbidden'));
		const other = await liveMeeting(db, { vetting: true });
		const held = await askQuestion(db, ann, { meetingId: other.id, text: 'Why?  Why?', anonymous: true });
		await expect(capture(dana, 'question', held.id)).rejects.toEqual(refused('not-found'));
		await expect(
			captureCard(db, dana, { meetingId: other.id, kind: 'question', id: held.id }),
		).rejects.toEqual(refused('question-state'));
	});
});

describe('accepting a card as a concern', () => {
	test('gives it a number that the hall sees, and the concern keeps the words', async () => {
		const key = await cardBy(ann, 'Dark at\nthe crossing');
		await support(bob, key);
		const { number } = await accept(sam, key);
		expect((await factsTold()).at(-1)).toEqual({ key, supports: 1, concern: { number, state: 'published' } });
		await write((doc) => removeCard(doc, key));
		expect(await readConcern(db, number)).toMatchObject({
			...{ title: 'Dark at the crossing', supporters: 1, mergedInto: null, merged: [] },
			sources: [{ kind: 'card', id: key, words: 'Dark at\nthe crossing', concern: number }],
		});
	});

	test('a second time, and by two at once, it is the same concern', async () => {
		const key = await cardBy(ann, 'Dark at the crossing');
		const [one, two] = await Promise.all([accept(dana, key), accept(sam, key)]);
		expect(two).toEqual(one);
		expect(await accept(dana, key)).toEqual(one);
	});

	test('a question and its card are one concern, whichever was accepted first', async () => {
		const first = await ask(ann, 'Who cuts the hedge?');
		const { number } = await captureQuestion(db, dana, { questionId: first });
		expect(await accept(dana, (await capture(dana, 'question', first)).key)).toEqual({ number });
		const second = await ask(ann, 'Who mows the lawn?');
		const card = await capture(dana, 'question', second);
		expect(await captureQuestion(db, dana, { questionId: second })).not.toEqual({ number });
		expect(await accept(dana, card.key)).toEqual(await captureQuestion(db, dana, { questionId: second }));
		const third = await ask(ann, 'Who paints the bench?');
		const accepted = await accept(dana, (await capture(dana, 'question', third)).key);
		expect(await captureQuestion(db, dana, { questionId: third })).toEqual(accepted);
	});

	test('is not for residents, an empty card, or one that is not there', async () => {
		const key = await cardBy(ann, ' ');
		await expect(accept(maria, key)).rejects.toEqual(refused('forbidden'));
		await expect(accept(dana, key)).rejects.toEqual(refused('card-empty'));
		await expect(accept(dana, 'x:1')).rejects.toEqual(refused('not-found'));
	});

	test('is taken back while nobody has worked with it, and not after', async () => {
		const key = await cardBy(ann, 'Dark at the crossing');
		const { number } = await accept(dana, key);
		await expect(release(maria, key)).rejects.toEqual(refused('forbidden'));
		await release(sam, key);
		expect((await factsTold()).at(-1)).toEqual({ key, supports: 0, concern: null });
		await expect(readConcern(db, number)).rejects.toEqual(refused('not-found'));
		await expect(release(sam, key)).rejects.toEqual(refused('nothing-to-undo'));
		const again = await accept(dana, key);
		expect(again.number).not.toBe(number);
		await db.update(concerns).set({ state: 'acknowledged' }).where(eq(concerns.number, again.number));
		await expect(release(sam, key)).rejects.toEqual(refused('nothing-to-undo'));
	});

	test('taken back, the concern of its question stays', async () => {
		const questionId = await ask(ann);
		const { key } = await capture(dana, 'question', questionId);
		const { number } = await captureQuestion(db, dana, { questionId });
		await accept(dana, key);
		await release(dana, key);
		expect((await readConcern(db, number)).sources.map(({ kind }) => kind)).toEqual(['question']);
	});

	test('when the capture of its question is undone, its card is told so', async () => {
		const questionId = await ask(ann);
		const { key } = await capture(dana, 'question', questionId);
		await captureQuestion(db, dana, { questionId });
		await accept(dana, key);
		await undoLastAct(db, dana, { meetingId: meeting.id });
		expect((await factsTold()).at(-1)).toEqual({ key, supports: 0, concern: null });
	});
});

describe('merging concerns', () => {
	const two = async () => {
		const first = await cardBy(ann, 'Dark at the crossing');
		const questionId = await ask(ann, 'When do the lights come?');
		await support(bob, first);
		await support(tom, first);
		await voteForQuestion(db, bob, { questionId, on: true });
		await voteForQuestion(db, maria, { questionId, on: true });
		const card = await accept(dana, first);
		const question = await captureQuestion(db, dana, { questionId });
		return { key: first, from: card.number, into: question.number };
	};

	test('whoever supports both counts once, all words stay, and the card shows the concern it is now', async () => {
		const { key, from, into } = await two();
		await mergeConcerns(db, dana, { number: from, into });
		await mergeConcerns(db, dana, { number: from, into });
		const page = await readConcern(db, into);
		expect(page.supporters).toBe(3);
		expect(page.merged).toMatchObject([{ number: from, title: 'Dark at the crossing' }]);
		expect(page.sources.map(({ words }) => words).sort()).toEqual([
			'Dark at the crossing',
			'When do the lights come?',
		]);
		expect(await readConcern(db, from)).toMatchObject({ state: 'merged', mergedInto: { number: into } });
		expect((await factsTold()).at(-1)).toMatchObject({ key, concern: { number: into } });
	});

	test('is undone within 30 days, and stays after them', async () => {
		const { key, from, into } = await two();
		await mergeConcerns(db, dana, { number: from, into });
		await unmergeConcern(db, dana, { number: from });
		expect(await readConcern(db, from)).toMatchObject({
			state: 'published',
			supporters: 2,
			mergedInto: null,
		});
		expect((await readConcern(db, into)).supporters).toBe(2);
		expect((await factsTold()).at(-1)).toMatchObject({ key, concern: { number: from } });
		await expect(unmergeConcern(db, dana, { number: from })).rejects.toEqual(refused('nothing-to-undo'));
		await mergeConcerns(db, dana, { number: from, into });
		await db.update(concernMerges).set({ mergedAt: new Date(Date.now() - 31 * 24 * 3_600_000) });
		await expect(unmergeConcern(db, dana, { number: from })).rejects.toEqual(refused('undo-too-late'));
	});

	test('what was merged goes along into a third, and no circle is made', async () => {
		const { from, into } = await two();
		const third = await accept(dana, await cardBy(bob, 'A lamp is broken'));
		await mergeConcerns(db, dana, { number: from, into });
		await expect(mergeConcerns(db, dana, { number: into, into: from })).rejects.toEqual(
			refused('concern-merge'),
		);
		await expect(mergeConcerns(db, dana, { number: into, into })).rejects.toEqual(refused('concern-merge'));
		await mergeConcerns(db, dana, { number: into, into: third.number });
		const page = await readConcern(db, third.number);
		expect([page.supporters, page.sources.length]).toEqual([3, 3]);
	});

	test('two that are merged into each other at the same time become one, not none', async () => {
		const { from, into } = await two();
		const done = await Promise.allSettled([
			mergeConcerns(db, dana, { number: from, into }),
			mergeConcerns(db, dana, { number: into, into: from }),
		]);
		expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
	});

	test('is for moderators, is noted, and a concern in a merge is not taken back', async () => {
		const { key, from, into } = await two();
		await expect(mergeConcerns(db, sam, { number: from, into })).rejects.toEqual(refused('forbidden'));
		await expect(mergeConcerns(db, dana, { number: from, into: 'PL-2020-99999' })).rejects.toEqual(
			refused('not-found'),
		);
		await mergeConcerns(db, dana, { number: from, into });
		await expect(unmergeConcern(db, sam, { number: from })).rejects.toEqual(refused('forbidden'));
		await expect(release(dana, key)).rejects.toEqual(refused('nothing-to-undo'));
		expect((await listConcerns(db)).concerns.find(({ number }) => number === from)?.state).toBe('merged');
		const { acts } = await readAudit(db, ada);
		expect(acts[0]).toMatchObject({ verb: 'concern:merge', subject: `concern:${from}` });
	});
});

describe('how a board stood', () => {
	test('is seen at any moment and restored as a new change, a card written since elsewhere is gone from it', async () => {
		await write(beginBoard);
		const kept = await cardBy(ann, 'Dark at the crossing');
		// Moments are as far apart as the log says: the first changes are moved into the past.
		await db
			.update(documentUpdates)
			.set({ at: new Date(Date.now() - 600_000) })
			.where(and(eq(documentUpdates.document, `board:${meeting.id}`)));
		await write((doc) => cardText(doc, kept)!.insert(0, 'Not '));
		const later = await cardBy(bob, 'Loud at night');
		const [now, then] = await momentsOf(db, dana, place());
		expect([now!.changes, then!.changes]).toEqual([2, 2]);
		const doc = emptyDocument('board');
		Y.applyUpdate(doc, await documentAt(db, dana, { ...place(), at: then!.at }));
		expect(readBoard(doc).cards.map(({ text }) => text)).toEqual(['Dark at the crossing']);
		await restoreDocument(db, dana, { ...place(), at: then!.at });
		await restoreDocument(db, dana, { ...place(), at: then!.at });
		expect((await board()).cards.map(({ text }) => text)).toEqual(['Dark at the crossing']);
		expect((await rows()).map(({ key }) => key)).toEqual([kept]);
		const before = emptyDocument('board');
		Y.applyUpdate(before, await documentAt(db, dana, { ...place(), at: now!.at }));
		expect(readBoard(before).cards.map(({ key }) => key)).toContain(later);
		const { acts } = await readAudit(db, ada);
		expect(acts[0]).toMatchObject({ verb: 'document:restore', subject: `board:${meeting.id}` });
	});

	test('is for moderators alone, and nothing is restored to before it began', async () => {
		await cardBy(ann, 'Dark at the crossing');
		const at = new Date(0).toISOString();
		for (const actor of [maria, sam, ann])
			for (const ask of [momentsOf, documentAt, restoreDocument])
				await expect(ask(db, actor, { ...place(), at })).rejects.toMatchObject({ name: 'Refusal' });
		await expect(restoreDocument(db, dana, { ...place(), at })).rejects.toEqual(refused('nothing-to-undo'));
		expect((await board()).cards).toHaveLength(1);
	});
});
