// A replay from its events: what is shown at which moment, and what is never shown.
import { describe, expect, test } from 'vitest';
import type { RoomEvent } from '#domain/events.ts';
import type { Poll } from '#domain/polls.ts';
import type { Question } from '#domain/questions.ts';
import type { Recording } from '#domain/recordings.ts';
import { mostCounts, replayOf, type ReplayFacts } from '#domain/replay.ts';
import {
	chapterAt,
	chaptersIn,
	foundIn,
	linesAt,
	momentIn,
	momentOfQuestion,
	pollsAt,
} from '#domain/replayMoments.ts';
import { notReached, readIn } from '#domain/replayText.ts';

const begin = Date.parse('2026-12-03T18:30:00Z');
const iso = (second: number) => new Date(begin + second * 1_000).toISOString();

const question = (number: number, more: Partial<Question> = {}): Question => ({
	...{ id: `q${number}`, number, text: `Question ${number}?`, state: 'published', votes: 0 },
	...{ votesWithAccount: 0, votesElsewhere: { room: 0, phone: 0, paper: 0 }, votesAside: 0 },
	...{ votesFrozen: false, askedBy: null, channel: 'online', askedAt: iso(0), publishedAt: iso(0) },
	...{ onAirAt: null, answeredAt: null, answeredHow: null, answer: null, answeredBy: null },
	...{ mergedInto: null, deferredDue: null, pinned: false, labels: [], concern: null },
	...more,
});
const poll = (more: Partial<Poll> = {}): Poll => ({
	...{ id: 'p1', number: 1, kind: 'single', question: 'Which street first?', options: ['Elm', 'Oak'] },
	...{ most: 1, scale: null, state: 'closed', openedAt: iso(100), closedAt: iso(160), voted: 5 },
	...{ present: 9, onScreen: false, result: null, concern: null },
	...more,
});
const result = { kind: 'single' as const, ballots: 5, votes: [3, 2] };
const meetingNow = {
	...{ slug: 'elm', title: 'Elm Street', timeZone: 'America/Chicago', totalsHidden: false },
	...{ startsAt: iso(-60), wentLiveAt: iso(0), endedAt: iso(600) },
	agenda: [
		{ id: 'a1', title: 'Welcome', minutes: 5 },
		{ id: 'a2', title: 'Roads', minutes: 30 },
		{ id: 'a3', title: 'Never reached', minutes: 5 },
	],
};

/** Events of an evening, numbered in the order they are written here. */
function events(...list: [second: number, type: string, payload: object][]): RoomEvent[] {
	return list.map(
		([second, type, payload], i) =>
			({ room: 'meeting:m', seq: i + 1, at: iso(second), type, payload }) as unknown as RoomEvent,
	);
}
const changed = (one: Question): [string, object] => ['question:changed', { question: one, change: 'asked' }];
const switched = (more: object): [string, object] => [
	'meeting:changed',
	{ meeting: { state: 'live', boardOpen: false, mapOpen: false, ...more } },
];

const facts = (more: Partial<ReplayFacts>): ReplayFacts => ({
	...{ meeting: meetingNow, events: [], questions: [], polls: [], captions: [], recordings: [], minutes: [] },
	...{ boardChanges: [], mapChanges: [] },
	...more,
});
const evening = events(
	[-5_000, ...changed(question(1, { votes: 2 }))],
	[0, ...switched({ boardOpen: true })],
	[10, ...changed(question(2))],
	[20, 'question:counted', { tallies: [{ id: 'q2', votes: 4, votesWithAccount: 1, votesAside: 0 }] }],
	[30, ...changed(question(2, { state: 'on-air', votes: 4 }))],
	[50, ...changed(question(2, { state: 'published', votes: 4 }))],
	[
		60,
		...changed(question(1, { state: 'on-air', votes: 2, votesElsewhere: { room: 7, phone: 0, paper: 1 } })),
	],
	[
		90,
		...changed(question(1, { state: 'answered', votes: 2, votesElsewhere: { room: 7, phone: 0, paper: 1 } })),
	],
	[100, 'poll:opened', { poll: poll({ state: 'open', voted: 0, present: null, closedAt: null }) }],
	[130, 'poll:progress', { pollId: 'p1', voted: 4 }],
	[150, ...switched({ mapOpen: true })],
	[160, 'poll:closed', { poll: poll() }],
	[200, 'poll:results', { poll: poll({ result }) }],
	[250, 'question:removed', { questionId: 'q2', change: 'held' }],
	[300, ...changed(question(2, { votes: 4 }))],
	[600, 'meeting:changed', { meeting: { state: 'ended', boardOpen: true, mapOpen: true } }],
);
const whole = facts({
	events: evening,
	questions: [question(1, { state: 'answered' }), question(2)],
	polls: [poll({ result })],
	captions: [
		{ id: 'c1', language: 'en', text: 'Good evening.', at: iso(5) },
		{ id: 'c2', language: 'en', text: 'The crossing is built in March.', at: iso(65) },
		{ id: 'c3', language: 'es', text: 'El cruce peatonal se construirá en marzo.', at: iso(66) },
	],
	recordings: [
		{ id: 'r1', state: 'ready', startedAt: iso(15), seconds: 100 },
		{ id: 'r2', state: 'removed', startedAt: iso(300), seconds: 100 },
	] as Partial<Recording>[] as Recording[],
	boardChanges: [begin - 1_000, begin + 40_500, begin + 700_000],
	mapChanges: [begin + 149_000],
});
const replay = replayOf(whole);
const at = (second: number) => momentIn(replay, second);
const seen = (second: number) => at(second).questions.map(({ number, state }) => `${number} ${state}`);
const tally = (second: number, number: number) => {
	const one = at(second).questions.find((question) => question.number === number);
	return one && (one.votes === null ? null : one.votes + one.byHand);
};

describe('a moment', () => {
	test('what was asked in advance is there from the beginning', () => {
		expect(seen(0)).toEqual(['1 published']);
		expect(tally(0, 1)).toBe(2);
	});
	test('a question appears at its very instant, with the totals it had, and nothing later', () => {
		expect(seen(9.999)).toEqual(['1 published']);
		expect(seen(10)).toEqual(['1 published', '2 published']);
		expect(tally(19.999, 2)).toBe(0);
		expect(tally(20, 2)).toBe(4);
	});
	test('on air comes first, then the order of the hall', () => {
		expect(seen(25)).toEqual(['2 published', '1 published']);
		expect(seen(60)).toEqual(['1 on-air', '2 published']);
		expect(seen(90)).toEqual(['1 answered', '2 published']);
		expect(tally(90, 1)).toBe(10);
	});
	test('one that was held for a while is away for that while', () => {
		expect(seen(249)).toContain('2 published');
		expect(seen(250)).toEqual(['1 answered']);
		expect(seen(300)).toContain('2 published');
	});
	test('a poll’s result is there from when it was shown, not from when it was closed', () => {
		expect(at(99).poll).toBeNull();
		expect(at(100).poll).toMatchObject({ state: 'open', voted: 0, result: null });
		expect(at(130).poll).toMatchObject({ voted: 4, result: null });
		expect(at(170).poll).toBeNull();
		expect(pollsAt(replay, 170)).toMatchObject([{ state: 'closed', voted: 5, result: null }]);
		expect(at(200).poll).toMatchObject({ state: 'closed', result });
	});
	test('board and map only while they were open, as of their last change', () => {
		expect(at(0)).toMatchObject({ boardAt: 0, mapAt: null });
		expect(at(40.5)).toMatchObject({ boardAt: 40.5, mapAt: null });
		expect(at(155)).toMatchObject({ open: { board: false, map: true }, boardAt: null, mapAt: 149 });
		expect(replay.boardChanges).toEqual([0, 40.5]);
	});
	test('captions of the language, until then, the last few', () => {
		expect(linesAt(replay, 'en', 4)).toEqual([]);
		expect(linesAt(replay, 'en', 65).map(({ text }) => text)).toEqual([
			'Good evening.',
			'The crossing is built in March.',
		]);
		expect(linesAt(replay, 'en', 65, 1)).toHaveLength(1);
		expect(linesAt(replay, 'en', 100)).toHaveLength(1);
		expect(linesAt(replay, 'en', 300)).toEqual([]);
		expect(linesAt(replay, 'es', 65)).toEqual([]);
	});
	test('the point of the agenda by plan; what the evening did not get to is none', () => {
		expect(at(0).point?.title).toBe('Welcome');
		expect(at(239).point?.title).toBe('Welcome');
		expect(at(240).point).toEqual({ at: 240, title: 'Roads', byPlan: true, notes: '' });
		expect(replay.agenda).toHaveLength(2);
	});
	test('the points of the agenda as the minutes tell them, once they say when one began', () => {
		const minutes = [
			{ title: 'Later', text: '', at: 9_999 },
			{ title: 'Roads', text: 'The crossing is built.\nWho pays is open.', at: 45 },
			{ title: 'No moment', text: 'Whenever.', at: null },
			{ title: 'Opening', text: '', at: 3 },
		];
		const noted = replayOf(facts({ events: evening, minutes }));
		expect(noted.agenda).toEqual([
			{ at: 3, title: 'Opening', byPlan: false, notes: '' },
			{ at: 45, title: 'Roads', byPlan: false, notes: 'The crossing is built.\nWho pays is open.' },
		]);
		expect(momentIn(noted, 44).point?.title).toBe('Opening');
		expect(chapterAt(chaptersIn(noted), 46)?.title).toBe('Roads');
		expect(foundIn(noted, 'who pays').map(({ at, text }) => [at, text])).toEqual([[45, 'Who pays is open.']]);
		expect(readIn(noted, 'en').map(({ chapter }) => chapter?.title)).toContain('Roads');
	});
	test('before its beginning nothing, and after its end as at the end', () => {
		expect(at(-1).questions).toEqual([]);
		expect(at(10_000).questions).toEqual(at(600).questions);
	});
});

test('the order in which events are read changes nothing', () => {
	expect(replayOf({ ...whole, events: evening.toReversed() })).toEqual(replay);
});

test('what waited for another command is told after it, though its own began earlier', () => {
	const list = events(
		[20, ...changed(question(1, { votes: 1 }))],
		[19, ...changed(question(1, { votes: 2 }))],
	);
	const late = replayOf(facts({ events: list, questions: [question(1)] }));
	expect(momentIn(late, 19.5).questions).toEqual([]);
	expect(momentIn(late, 20).questions).toMatchObject([{ votes: 2 }]);
});

describe('what is not public now', () => {
	const without = (questions: Question[]) => JSON.stringify(replayOf({ ...whole, questions }));
	test('a question that was hidden later is nowhere, not even where it was seen', () => {
		for (const hidden of ['held', 'declined', 'withdrawn', 'submitted'] as const)
			expect(without([question(1), question(2, { state: hidden })])).not.toContain('Question 2');
		expect(without([question(1)])).not.toContain('q2');
	});
	test('neither is one that was merged into another', () => {
		expect(without([question(1), question(2, { state: 'merged', mergedInto: 'q1' })])).not.toContain(
			'Question 2',
		);
	});
	test('totals that are hidden now are hidden at each moment', () => {
		const hidden = replayOf({ ...whole, meeting: { ...meetingNow, totalsHidden: true } });
		for (const second of [0, 20, 90, 600])
			expect(
				momentIn(hidden, second).questions.every(({ votes, byHand }) => votes === null && byHand === 0),
			).toBe(true);
	});
	test('totals that were hidden then are hidden then', () => {
		const list = events(
			[0, ...changed(question(1, { votes: null, votesElsewhere: null }))],
			[50, 'question:counted', { tallies: [{ ...question(1, { votes: 8 }) }] }],
		);
		const shown = replayOf(facts({ events: list, questions: [question(1)] }));
		expect(momentIn(shown, 49).questions).toMatchObject([{ votes: null }]);
		expect(momentIn(shown, 50).questions).toMatchObject([{ votes: 8 }]);
	});
	test('a poll whose result is shown to nobody has none at any moment', () => {
		expect(JSON.stringify(replayOf({ ...whole, polls: [poll({ result: null })] }))).not.toContain(
			'"votes":[3,2]',
		);
	});
	test('words of a poll that were taken back are not read again', () => {
		const words = (...list: string[]) => ({
			...{ kind: 'words' as const, ballots: 2, withheld: 0 },
			words: list.map((word) => ({ word, ballots: 1 })),
		});
		const asked = { kind: 'words' as const, options: [] };
		const list = events([10, 'poll:results', { poll: poll({ ...asked, result: words('dark', 'rude') }) }]);
		const told = replayOf(facts({ events: list, polls: [poll({ ...asked, result: words('dark') })] }));
		expect(pollsAt(told, 20)[0]?.result).toMatchObject({ words: [{ word: 'dark' }], withheld: 1 });
	});
	test('an evening that is read before anything happened is empty, not wrong', () => {
		const empty = replayOf(
			facts({ meeting: { ...meetingNow, wentLiveAt: null, endedAt: null, agenda: [] } }),
		);
		expect(empty.seconds).toBe(0);
		expect(momentIn(empty, 0)).toMatchObject({ questions: [], poll: null, point: null, boardAt: null });
		expect(chaptersIn(empty)).toEqual([]);
	});
});

describe('chapters and links', () => {
	test('each time on air, each poll, each point of the agenda, in their order', () => {
		expect(chaptersIn(replay).map(({ at, key, search }) => [at, key, search])).toEqual([
			[0, 'agenda-0', '?at=0'],
			[30, 'question-2-0', '?q=2'],
			[60, 'question-1-0', '?q=1'],
			[100, 'poll-1', '?at=100'],
			[240, 'agenda-1', '?at=240'],
		]);
	});
	test('a moment is in the chapter that happened, not in the one that the plan has for it', () => {
		const key = (second: number) => chapterAt(chaptersIn(replay), second)?.key;
		expect([0, 29, 30, 60, 100, 300].map(key)).toEqual([
			...['agenda-0', 'agenda-0', 'question-2-0', 'question-1-0', 'poll-1', 'poll-1'],
		]);
		expect(chapterAt(chaptersIn(replay), -1)).toBeNull();
	});
	test('a link to a question leads to the last time it was talked about', () => {
		const list = events(
			[0, ...changed(question(1))],
			[10, ...changed(question(1, { state: 'on-air' }))],
			[12, ...changed(question(1, { state: 'published' }))],
			[40, ...changed(question(1, { state: 'on-air' }))],
			[70, ...changed(question(1, { state: 'answered' }))],
		);
		const twice = replayOf(facts({ events: list, questions: [question(1)] }));
		expect(momentOfQuestion(twice, 1)).toBe(40);
		expect(
			chaptersIn(twice)
				.filter(({ kind }) => kind === 'question')
				.map(({ search }) => search),
		).toEqual(['?at=10', '?q=1']);
		expect(momentOfQuestion(twice, 99)).toBeNull();
	});
	test('one that was answered without being on air begins with its answer; one that nobody came to, when it was asked', () => {
		const list = events(
			[5, ...changed(question(1))],
			[7, ...changed(question(2))],
			[80, ...changed(question(1, { state: 'answered' }))],
			[90, ...changed(question(1, { state: 'answered', answer: 'In March.' }))],
		);
		const two = replayOf(facts({ events: list, questions: [question(1), question(2)] }));
		expect(momentOfQuestion(two, 1)).toBe(80);
		expect(momentOfQuestion(two, 2)).toBe(7);
		expect(notReached(two)).toEqual([{ number: 2, text: 'Question 2?', at: 7, support: 0 }]);
	});
	test('films that can be watched, by where they begin', () => {
		expect(replay.films).toEqual([{ id: 'r1', at: 15, seconds: 100 }]);
	});
});

describe('searching', () => {
	const texts = (words: string) => foundIn(replay, words).map(({ kind, at }) => `${kind} ${at}`);
	test('finds what was said, asked and voted on, with its moment, whatever the case and accents', () => {
		expect(texts('crossing MARCH')).toEqual(['caption 65']);
		expect(texts('construira')).toEqual(['caption 66']);
		expect(texts('question 1')).toEqual(['question 60']);
		expect(texts('street')).toEqual(['poll 100']);
		expect(texts('roads')).toEqual(['agenda 240']);
	});
	test('nothing for nothing, and nothing for what nobody said', () => {
		expect(texts('  ')).toEqual([]);
		expect(texts('zeppelin')).toEqual([]);
	});
});

test('a long evening of many votes fits: fewer totals are told, each still one that was told then', () => {
	const votes = Array.from({ length: mostCounts + 5_000 }, (_, i) => i + 1);
	const list = events(
		[0, ...changed(question(1))],
		...votes.map((n): [number, string, object] => [
			n / 50,
			'question:counted',
			{ tallies: [{ id: 'q1', votes: n, votesWithAccount: 0, votesAside: 0 }] },
		]),
	);
	const long = replayOf(facts({ events: list, questions: [question(1)] }));
	expect(long.countsEvery).toBe(1);
	expect(long.questions[0]!.counts.length).toBeLessThanOrEqual(mostCounts);
	for (const second of [10, 99.5, 300]) {
		const { votes: told } = momentIn(long, second).questions[0]!;
		expect(told).toBeLessThanOrEqual(second * 50);
		expect(told).toBeGreaterThan((second - 1) * 50 - 1);
	}
});

test('a meeting to read: what was said stands under its chapter, once; a poll with what was shown of it', () => {
	const read = readIn(replay, 'en');
	expect(read.map(({ chapter, paragraphs }) => [chapter?.key, paragraphs.map(({ text }) => text)])).toEqual([
		[undefined, ['Good evening.']],
		['question-2-0', []],
		['question-1-0', ['The crossing is built in March.']],
		['poll-1', []],
	]);
	expect(read[2]).toMatchObject({ support: 10, at: 60 });
	expect(read[3]?.poll).toMatchObject({ result });
	expect(readIn(replay, null).every(({ paragraphs }) => paragraphs.length === 0)).toBe(true);
});
