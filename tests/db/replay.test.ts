// An evening played by its commands and read at ten moments as the hall shows it; afterwards the replay must say the same of each.
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeCaption } from '#db/captions.ts';
import { supportCard } from '#db/cards.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { changeDocument, documentIn } from '#db/documents.ts';
import { readHall } from '#db/hall.ts';
import { endMeeting, setSwitches } from '#db/meetings.ts';
import { vetPin } from '#db/pinActs.ts';
import { publishedPins } from '#db/pinReads.ts';
import { editPin } from '#db/pins.ts';
import { closePoll, makePoll, openPoll, showPoll } from '#db/polls.ts';
import { announceProgress, voteInPoll } from '#db/pollVotes.ts';
import { actOnQuestions } from '#db/questionActs.ts';
import { mergeQuestions, unmergeQuestion } from '#db/questionMerges.ts';
import { askQuestion } from '#db/questions.ts';
import { beginRecording, endRecording, finishRecording } from '#db/recordings.ts';
import { readReplay, replayedMeeting, replayStamp } from '#db/replay.ts';
import { boardThen, mapThen, openThen, roundThen } from '#db/replayDocuments.ts';
import { announceTallies, voteForQuestion } from '#db/votes.ts';
import { addCard, beginBoard, moveCard, readBoard, removeCard } from '#domain/board.ts';
import type { Hall } from '#domain/hall.ts';
import { nobody } from '#domain/people.ts';
import type { DeskAct } from '#domain/questions.ts';
import type { Replay } from '#domain/replay.ts';
import { momentIn, pollsAt } from '#domain/replayMoments.ts';
import { dana, guest, liveMeeting, maria, settle, tom } from '#tests/cast.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
let meeting: { id: string; slug: string };
let roundId: string;
let replay: Replay;

/** The hall as anybody sees it at this instant, with what is on the board and the map. */
type Plain = {
	at: Date;
	hall: Hall;
	board: { title: string; cards: [text: string, supports: number][] }[];
	pins: string[];
};
const plain: Plain[] = [];
/** What was there for a while and was taken away later: it must be in no answer. */
const taken = {
	questions: ['What does Mr. Doe do at Elm Street 5?', 'Is it the same?'],
	cards: ['An insult'],
	pins: ['By Ann’s door'],
};

const act = (what: DeskAct, id: string, more: object = {}) =>
	actOnQuestions(db, dana, { act: what, questionIds: [id], ...more });
const ask = (text: string, by = tom) =>
	askQuestion(db, by, { meetingId: meeting.id, text, anonymous: by.account === null });
const vote = async (questionId: string, ...names: string[]) => {
	for (const name of names) await voteForQuestion(db, guest(name), { questionId, on: true });
	await announceTallies(db, meeting.id);
};
const onBoard = <T>(change: Parameters<typeof changeDocument<T>>[2]) =>
	db.transaction((tx) => changeDocument(tx, { kind: 'board', id: meeting.id }, change));

async function clock(): Promise<number> {
	const { rows } = await db.execute<{ at: number }>(
		sql`select extract(epoch from clock_timestamp())::float8 * 1000 as at`,
	);
	return rows[0]!.at;
}

/** Reads everything now, and goes on when PostgreSQL's clock is past this millisecond: what comes next is later. */
async function readNow(): Promise<void> {
	const now = Math.ceil(await clock());
	const hall = await readHall(db, nobody, meeting.slug);
	const doc = await documentIn(db, { kind: 'board', id: meeting.id });
	const { columns, cards } = readBoard(doc);
	const supports = new Map(hall.cards.map((card) => [card.key, card.supports]));
	plain.push({
		at: new Date(now),
		hall,
		board: columns.map(({ id, title }) => ({
			title,
			cards: cards
				.filter(({ column }) => column === id)
				.map(({ key, text }): [string, number] => [text, supports.get(key) ?? 0]),
		})),
		pins: (await publishedPins(db, roundId)).map(({ note, lat, lng }) => `${note} ${lat} ${lng}`),
	});
	while ((await clock()) < now + 2);
}

beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
	roundId = (await openMap(db)).id;
	await pinOf(db, maria, roundId, { note: 'Before the evening' });
	meeting = await liveMeeting(db, { anonymousAllowed: true });
	const { pollId } = await makePoll(db, dana, {
		meetingId: meeting.id,
		poll: { kind: 'single', question: 'Which street first?', options: ['Elm', 'Oak'] },
	});
	const recordingId = await beginRecording(db, meeting.id, 30);
	await readNow();

	const crossing = await ask('When is the crossing built?');
	const lights = await ask('When are the lights mended?', guest('ann'));
	await readNow();

	await vote(crossing.id, 'ann', 'bob');
	await vote(lights.id, 'bob', 'cid', 'dee');
	await writeCaption(db, dana, { meetingId: meeting.id, language: 'en', text: 'Good evening.' });
	await readNow();

	const hidden = await ask(taken.questions[0]!);
	const double = await ask(taken.questions[1]!, maria);
	await act('put-on-air', crossing.id);
	await vote(double.id, 'eve', 'fay');
	await setSwitches(db, dana, { meetingId: meeting.id, boardOpen: true, mapOpen: true });
	await onBoard((doc) => {
		beginBoard(doc);
		addCard(doc, 'someone', 'a', { text: 'A crossing', column: 'heard', kind: 'resident' });
		addCard(doc, 'someone', 'b', { text: taken.cards[0]!, column: 'heard', kind: 'resident' });
	});
	await readNow();

	await openPoll(db, dana, { pollId });
	await voteInPoll(db, guest('ann'), { pollId, choice: [0] });
	await voteInPoll(db, guest('bob'), { pollId, choice: [1] });
	await announceProgress(db);
	await supportCard(db, maria, { meetingId: meeting.id, key: 'someone:a', on: true });
	const pin = await pinOf(db, tom, roundId, { note: 'Cars race' });
	const gone = await pinOf(db, maria, roundId, { note: taken.pins[0]! });
	await readNow();

	await closePoll(db, dana, { pollId, show: false });
	await mergeQuestions(db, dana, { questionIds: [double.id], into: crossing.id });
	await onBoard((doc) => moveCard(doc, 'someone:a', { column: 'taking-on', before: null }));
	await readNow();

	await showPoll(db, dana, { pollId });
	await act('answer-live', crossing.id, { answer: 'In March.' });
	await setSwitches(db, dana, { meetingId: meeting.id, totalsHidden: true });
	await vote(lights.id, 'gus');
	await readNow();

	await setSwitches(db, dana, { meetingId: meeting.id, totalsHidden: false, mapOpen: false });
	await act('put-on-air', lights.id);
	await act('hold', hidden.id);
	await readNow();

	await act('publish', hidden.id);
	await unmergeQuestion(db, dana, { questionId: double.id });
	await onBoard((doc) => removeCard(doc, 'someone:b'));
	await vetPin(db, dana, { pinId: gone.id, act: 'remove', reason: 'names-somebody' });
	await readNow();

	await vote(lights.id, 'hal', 'ivy');
	await act('take-off-air', lights.id);
	await setSwitches(db, dana, { meetingId: meeting.id, boardOpen: false });
	await readNow();

	await endMeeting(db, dana, { meetingId: meeting.id });
	await finishAfterwards();
	replay = await readReplay(db, nobody, meeting.slug);

	async function finishAfterwards() {
		await act('decline', hidden.id, { reason: 'personal-data' });
		const again = await ask('Too late?').catch(() => null);
		expect(again).toBeNull();
		await act('answer-in-writing', lights.id, { answer: 'By June.' });
		await editPin(db, tom, { pinId: pin.id, note: 'Cars race at night' });
		await endRecording(db, recordingId);
		await finishRecording(db, recordingId, { seconds: 3, bytes: 1_000 });
	}
}, 60_000);
afterAll(() => closeDatabase(db));

const secondsOf = ({ at }: Plain) => (at.getTime() - Date.parse(replay.beginsAt)) / 1_000;
const questionsOf = ({ hall }: Plain) =>
	hall.questions
		.filter(({ state, text }) => state !== 'merged' && !taken.questions.includes(text))
		.map(({ number, text, state, votes, askedBy }) => ({ number, text, state, votes, askedBy }))
		.toSorted((a, b) => a.number - b.number);

test('ten moments were read', () => expect(plain).toHaveLength(10));

describe.each(Array.from({ length: 10 }, (_, i) => i))('moment %i', (i) => {
	test('its questions, with their states, names and totals', () => {
		const then = momentIn(replay, secondsOf(plain[i]!))
			.questions.filter(({ text }) => !taken.questions.includes(text))
			.map(({ number, text, state, votes, askedBy }) => ({ number, text, state, votes, askedBy }))
			.toSorted((a, b) => a.number - b.number);
		expect(then).toEqual(questionsOf(plain[i]!));
	});
	test('its polls, with no result before everybody saw it', () => {
		const of = ({ number, state, voted, present, result }: Hall['polls'][number]) => ({
			number,
			state,
			voted,
			present,
			result,
		});
		expect(pollsAt(replay, secondsOf(plain[i]!)).map(of)).toEqual(plain[i]!.hall.polls.map(of));
	});
	test('what had been said', () => {
		const said = replay.lines.filter(({ at }) => at <= secondsOf(plain[i]!)).map(({ text }) => text);
		expect(said).toEqual(plain[i]!.hall.captions.map(({ text }) => text));
	});
	test('whether board and map were open, and how they stood', async () => {
		const { at, hall, board, pins } = plain[i]!;
		const { boardOpen, mapOpen } = hall.meeting;
		expect(await openThen(db, meeting.id, at)).toEqual({ board: boardOpen, map: mapOpen });
		expect(momentIn(replay, secondsOf(plain[i]!)).open).toEqual({ board: boardOpen, map: mapOpen });
		const then = await boardThen(db, meeting.id, at);
		expect(
			then.columns.map(({ title, cards }) => ({
				title,
				cards: cards.map(({ text, supports }) => [text, supports]),
			})),
		).toEqual(
			board.map(({ title, cards }) => ({
				title,
				cards: cards.filter(([text]) => !taken.cards.includes(text)),
			})),
		);
		const { row } = await replayedMeeting(db, nobody, meeting.slug);
		expect(await roundThen(db, nobody, row, at)).toBe(roundId);
		const shown = (await mapThen(db, roundId, at)).pins.map(({ note, lat, lng }) => `${note} ${lat} ${lng}`);
		const known = pins
			.filter((pin) => !taken.pins.some((text) => pin.startsWith(text)))
			.map((pin) => pin.replace('Cars race ', 'Cars race at night '));
		expect(shown).toEqual(known);
	});
});

test('what was done with it after the end is not in the evening, not even in its last second', () => {
	const lights = (at: number) => momentIn(replay, at).questions.find(({ text }) => text.includes('lights'));
	expect(lights(replay.seconds)).toMatchObject({ state: 'published', votes: 6 });
});

test('the moments differ: a replay that stood still would not pass', () => {
	const of = (one: Plain) => JSON.stringify([questionsOf(one), one.hall.polls, one.board, one.pins]);
	expect(new Set(plain.map(of)).size).toBe(10);
	expect(plain.map(({ hall }) => hall.polls[0]?.result ?? null).filter(Boolean).length).toBeGreaterThan(2);
});

test('what was taken away is in no part of it, whoever asks', async () => {
	const texts = [...Object.values(taken)].flat().filter((text) => text !== taken.questions[1]);
	for (const actor of [nobody, maria, dana]) {
		const all = [JSON.stringify(await readReplay(db, actor, meeting.slug))];
		for (const { at } of plain)
			all.push(JSON.stringify([await boardThen(db, meeting.id, at), await mapThen(db, roundId, at)]));
		for (const text of texts) expect(all.filter((one) => one.includes(text))).toEqual([]);
	}
});

test('no word of whose a card or a pin is', async () => {
	const { at } = plain.at(-1)!;
	const all = JSON.stringify([replay, await boardThen(db, meeting.id, at), await mapThen(db, roundId, at)]);
	expect(all).not.toContain('someone');
	expect(all).not.toContain('"author"');
});

test('a merged question is away only while it is merged', async () => {
	const of = (i: number) =>
		momentIn(replay, secondsOf(plain[i]!)).questions.find(({ text }) => text === taken.questions[1]);
	expect(of(4)).toMatchObject({ state: 'published', votes: 2 });
	expect(of(5)).toBeUndefined();
	expect(of(8)).toMatchObject({ state: 'published', votes: 2 });
});

test('a meeting that is not over, was called off or is a draft has no replay', async () => {
	const live = await liveMeeting(db);
	for (const actor of [nobody, maria, dana])
		await expect(readReplay(db, actor, live.slug)).rejects.toMatchObject({ code: 'not-found' });
});

test('whatever changes a replay changes its stamp', async () => {
	const stamp = async () => {
		const { row } = await replayedMeeting(db, nobody, meeting.slug);
		return replayStamp(db, row);
	};
	const before = await stamp();
	expect(await stamp()).toBe(before);
	await setSwitches(db, dana, { meetingId: meeting.id, totalsHidden: true });
	const hidden = await stamp();
	expect(hidden).not.toBe(before);
	const told = await readReplay(db, nobody, meeting.slug);
	expect(told.questions.every(({ counts }) => counts.length === 0)).toBe(true);
	await setSwitches(db, dana, { meetingId: meeting.id, totalsHidden: false });
});

test('the film begins where the recording did, and is there as soon as the recording’s work is done', async () => {
	const other = await liveMeeting(db);
	const recordingId = await beginRecording(db, other.id, 30);
	await endMeeting(db, dana, { meetingId: other.id });
	expect((await readReplay(db, nobody, other.slug)).films).toEqual([]);
	await endRecording(db, recordingId);
	expect((await readReplay(db, nobody, other.slug)).films).toEqual([]);
	await finishRecording(db, recordingId, { seconds: 42, bytes: 10 });
	expect((await readReplay(db, nobody, other.slug)).films).toMatchObject([{ id: recordingId, seconds: 42 }]);
});
