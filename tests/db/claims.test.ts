// Claim codes: who is given the words of a question and of a card, and what they open.
import { eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { acceptCard, captureCard } from '#db/cards.ts';
import { readClaimed } from '#db/claimed.ts';
import { claimOf } from '#db/claims.ts';
import { askWithClaim, claimOfCard } from '#db/claimWords.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { mergeConcerns } from '#db/concernMerges.ts';
import { captureQuestion } from '#db/concerns.ts';
import { copyIntoRows } from '#db/documentCopies.ts';
import { rightsOnBoard } from '#db/documentRights.ts';
import { changeDocument } from '#db/documents.ts';
import { eventsAfter } from '#db/events.ts';
import { changeFollowup } from '#db/followups.ts';
import { readFollowup } from '#db/followupReads.ts';
import { readHall, roomsFor } from '#db/hall.ts';
import { mergeQuestions } from '#db/questionMerges.ts';
import { withdrawQuestion } from '#db/questions.ts';
import { boardCards, doneCommands, followupUpdates, questions } from '#db/schema/index.ts';
import { addCard, removeCard } from '#domain/board.ts';
import { claimAddress, wordsInFragment } from '#domain/claims.ts';
import { nobody, type Actor } from '#domain/people.ts';
import { dana, guest, liveMeeting, maria, sam, settle, tom } from '#tests/cast.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import { concernOf, move, proposed, wayTo } from '#tests/promises.ts';
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
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const place = () => ({ kind: 'board', id: meeting.id }) as const;
const ask = (actor: Actor, text = 'When is the crossing on Elm Street built?', id?: string) =>
	askWithClaim(db, actor, { meetingId: meeting.id, text, anonymous: true }, id);
const read = (words: string) => readClaimed(db, nobody, words);

async function cardBy(actor: Actor, text = 'Dark at the crossing', kind: 'resident' | 'staff' = 'resident') {
	const { author } = rightsOnBoard(
		{ meetingId: meeting.id, state: 'live', boardOpen: true, blocked: [] },
		actor,
	);
	const key = await db.transaction((tx) =>
		changeDocument(tx, place(), (doc) =>
			addCard(doc, author!, randomUUID(), { text, column: 'heard', kind }),
		),
	);
	await copyIntoRows(db, place());
	return key;
}

describe('of a question', () => {
	test('its asker is given the words, which open it in either language; only a digest is kept', async () => {
		const asked = await ask(ann);
		for (const words of Object.values(asked.claim))
			expect(await read(words)).toMatchObject({
				...{ kind: 'question', concern: null, followups: [] },
				question: { id: asked.id, state: 'published' },
				meeting: { slug: meeting.slug },
			});
		const [row] = await db.select().from(questions).where(eq(questions.id, asked.id));
		expect(row!.claim).toMatch(/^[\w-]{43}$/);
	});

	test('asked again with the same id, the words are the same, and are kept in no row and told in no event', async () => {
		const id = randomUUID();
		const first = await ask(ann, undefined, id);
		expect((await ask(ann, undefined, id)).claim).toEqual(first.claim);
		const told = await Promise.all(
			[...roomsFor(ann, meeting.id), ...roomsFor(dana, meeting.id)].map((room) => eventsAfter(db, room, 0)),
		);
		const kept = JSON.stringify([
			told,
			await db.select().from(doneCommands),
			await db.select().from(questions),
		]);
		for (const words of Object.values(first.claim)) expect(kept).not.toContain(words);
		expect(kept).not.toContain('"claim":{');
	});

	test('only their own page of the hall has the words, after a reload too', async () => {
		const asked = await ask(ann);
		expect((await readHall(db, ann, meeting.slug)).claims).toEqual({ [asked.id]: asked.claim });
		for (const other of [nobody, guest('bob'), maria, dana, sam])
			expect(JSON.stringify(await readHall(db, other, meeting.slug))).not.toContain(asked.claim.en);
	});

	test('one that was asked before there were words opens nothing, and none are shown', async () => {
		const asked = await ask(ann);
		await db.update(questions).set({ claim: null }).where(eq(questions.id, asked.id));
		expect((await readHall(db, ann, meeting.slug)).claims).toEqual({});
		await expect(read(asked.claim.en)).rejects.toEqual(refused('claim-unknown'));
	});

	test('its state is told also when it was taken back', async () => {
		const asked = await ask(ann);
		await withdrawQuestion(db, ann, { questionId: asked.id });
		expect(await read(asked.claim.en)).toMatchObject({ question: { state: 'withdrawn' } });
	});

	test('they show the concern it became, its follow-ups with the last public word, and whether it is fixed', async () => {
		const { number: concern, questionId } = await concernOf(db);
		const number = await proposed(db, [concern]);
		for (const to of wayTo.done) await move(db, number, to);
		// Whoever is asked has to know what was done.
		const lastWord = async () =>
			(await read(claimOf(`question:${questionId}`, 'en'))).followups[0]!.update?.text;
		expect(await lastWord()).toBe('As everybody can see.');
		const { id: followupId } = (await readFollowup(db, sam, number)).followup;
		const update = (text: string, isPublic: boolean, publishedAt: Date | null) =>
			db.insert(followupUpdates).values({ id: randomUUID(), followupId, text, isPublic, publishedAt });
		await update('The lamp is ordered.', true, new Date(Date.now() - 60_000));
		expect(await lastWord()).toBe('As everybody can see.');
		await update('The lamp hangs.', true, new Date());
		await update('It cost too much.', false, new Date());
		await update('Only a draft', true, null);
		const claimed = await read(claimOf(`question:${questionId}`, 'en'));
		expect(claimed).toMatchObject({
			concern: { number: concern, state: 'resolved' },
			followups: [
				{
					followup: { number, state: 'done', unit: 'Traffic unit' },
					update: { text: 'The lamp hangs.' },
					asked: { asked: true, isAsker: true, answer: null },
				},
			],
		});
		for (const office of ['owner', 'version', 'priority'])
			expect(Object.keys(claimed.followups[0]!.followup)).not.toContain(office);
	});

	test('an internal follow-up is not shown', async () => {
		const { number: concern, questionId } = await concernOf(db);
		const number = await proposed(db, [concern]);
		const other = await proposed(db, [concern]);
		const { followup } = await readFollowup(db, sam, number);
		const { version, unitId, title } = followup;
		await changeFollowup(db, sam, {
			...{ number, version, title, unitId, description: '', ownerId: 'sam', areaId: null, topic: null },
			...{ priority: 'normal', successMeasure: '', visibility: 'internal' },
		});
		const shown = (await read(claimOf(`question:${questionId}`, 'en'))).followups;
		expect(shown.map((one) => one.followup.number)).toEqual([other]);
	});

	test('merged into another, it shows what that became, and where that was merged, too', async () => {
		const asked = await ask(ann);
		const into = await ask(guest('bob'), 'When will it be safe to cross Elm Street?');
		await mergeQuestions(db, dana, { questionIds: [asked.id], into: into.id });
		const { number } = await captureQuestion(db, dana, { questionId: into.id });
		expect((await read(asked.claim.es)).concern?.number).toBe(number);
		const other = await concernOf(db);
		await mergeConcerns(db, dana, { number, into: other.number });
		expect((await read(asked.claim.es)).concern?.number).toBe(other.number);
	});
});

describe('of a card', () => {
	const claim = (actor: Actor, key: string) => claimOfCard(db, actor, { meetingId: meeting.id, key });

	test('its author alone is given the words, which open it with what it became', async () => {
		const key = await cardBy(maria);
		const words = await claim(maria, key);
		for (const other of [nobody, ann, tom, dana, sam])
			await expect(claim(other, key)).rejects.toEqual(refused('not-found'));
		expect(await read(words.es)).toMatchObject({ kind: 'card', text: 'Dark at the crossing', concern: null });
		const { number } = await acceptCard(db, dana, { meetingId: meeting.id, key });
		expect(await read(words.en)).toMatchObject({ concern: { number, state: 'published' } });
		const told = JSON.stringify(await db.select().from(boardCards));
		for (const one of Object.values(words)) expect(told).not.toContain(one);
	});

	test('what came onto the board from elsewhere, and what the city wrote, has none', async () => {
		const { id } = await ask(maria);
		const { key } = await captureCard(db, dana, { meetingId: meeting.id, kind: 'question', id });
		await expect(claim(maria, key)).rejects.toEqual(refused('not-found'));
		await expect(claim(sam, await cardBy(sam, 'Seen', 'staff'))).rejects.toEqual(refused('not-found'));
		const rows = await db.select().from(boardCards).where(eq(boardCards.meetingId, meeting.id));
		expect(rows.map((row) => row.claim)).toEqual([null, null]);
	});

	test('one that was taken off the board opens nothing any more', async () => {
		const key = await cardBy(maria);
		const words = await claim(maria, key);
		await db.transaction((tx) => changeDocument(tx, place(), (doc) => removeCard(doc, key)));
		await copyIntoRows(db, place());
		await expect(claim(maria, key)).rejects.toEqual(refused('not-found'));
		await expect(read(words.en)).rejects.toEqual(refused('claim-unknown'));
	});
});

test('of a pin they show it as before', async () => {
	const round = await openMap(db);
	const pin = await pinOf(db, ann, round.id);
	expect(await read(claimOf(`pin:${pin.id}`, 'es'))).toMatchObject({
		...{ kind: 'pin', pin: { id: pin.id }, activities: [], concern: null, followups: [] },
	});
});

test('what is no code, and a code of nothing, get the same answer', async () => {
	for (const words of ['', 'four words of nothing', claimOf('question:nothing', 'en')])
		await expect(read(words)).rejects.toEqual(refused('claim-unknown'));
});

test('the address that carries the words carries them behind the #, without accents, and gives them back', () => {
	const words = claimOf('question:1', 'es').normalize('NFC');
	const address = new URL(claimAddress('https://hub.example.org', words));
	expect([address.pathname, address.search]).toEqual(['/claim', '']);
	expect(address.hash).toMatch(/^#[a-z]+-[a-z]+-[a-z]+-[a-z]+$/);
	expect(wordsInFragment(address.hash)!.split(' ')).toHaveLength(4);
	for (const other of ['', '#', '#one-two-three', '#question-12', '#a b c d'])
		expect(wordsInFragment(other)).toBeNull();
});
