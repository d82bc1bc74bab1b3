// A hall moved on by events: each once, in order, and what was missed in numbers.
import { describe, expect, test } from 'vitest';
import type { RoomEvent } from '#domain/events.ts';
import {
	applyEvent,
	follows,
	summariesTogether,
	summaryBetween,
	summaryOf,
	type Hall,
} from '#domain/hall.ts';
import { lengthOf, type Question } from '#domain/questions.ts';
import type { Poll } from '#domain/polls.ts';
import { emptyStage } from '#domain/stage.ts';
import { mergedUnder, pendingIn, wantedList, type ListView } from '#domain/shown.ts';

const room = 'meeting:1';
const view: ListView = { order: 'top', filter: 'all', label: null, search: '' };
const now = Date.parse('2026-11-22T02:00:00Z');

function question(number: number, more: Partial<Question> = {}): Question {
	return {
		id: `q${number}`,
		number,
		text: `Question ${number}`,
		state: 'published',
		votes: 0,
		votesWithAccount: 0,
		votesAside: 0,
		votesFrozen: false,
		askedBy: null,
		channel: 'online',
		votesElsewhere: { room: 0, phone: 0, paper: 0 },
		askedAt: '2026-11-22T01:00:00Z',
		publishedAt: '2026-11-22T01:00:00Z',
		onAirAt: null,
		answeredAt: null,
		answeredHow: null,
		answer: null,
		answeredBy: null,
		mergedInto: null,
		deferredDue: null,
		pinned: false,
		labels: [],
		concern: null,
		...more,
	};
}

function hall(questions: Question[], seq = 0): Hall {
	const meeting = { id: '1', slug: 'm' } as Hall['meeting'];
	return {
		meeting,
		questions,
		own: [],
		claims: {},
		voted: [],
		blocked: false,
		desk: null,
		stage: emptyStage,
		speaker: null,
		speakers: null,
		inRoom: false,
		heads: null,
		mayCaption: false,
		captions: [],
		cards: [],
		supported: [],
		board: null,
		polls: [],
		ballots: {},
		deskPolls: null,
		seen: { [room]: seq },
	};
}

function changed(
	seq: number,
	one: Question,
	change: 'published' | 'answered' | 'on-air' = 'published',
): RoomEvent {
	return {
		room,
		seq,
		at: '2026-11-22T01:30:00Z',
		type: 'question:changed',
		payload: { question: one, change },
	};
}

test('an event that comes twice changes the hall once', () => {
	const once = applyEvent(hall([]), changed(1, question(1)));
	expect(once.questions).toHaveLength(1);
	expect(applyEvent(once, changed(1, question(1, { text: 'Something else' })))).toBe(once);
});

test('an event that does not follow the last one is noticed, per room', () => {
	const before = hall([], 4);
	expect(follows(before, changed(5, question(1)))).toBe(true);
	expect(follows(before, changed(6, question(1)))).toBe(false);
	expect(follows(before, { ...changed(1, question(1)), room: 'meeting:1:person:x' })).toBe(true);
});

test('a question that is taken away is gone, and the order of the others stays', () => {
	const before = hall([question(1), question(2), question(3)]);
	const after = applyEvent(before, {
		room,
		seq: 1,
		at: '2026-11-22T01:30:00Z',
		type: 'question:removed',
		payload: { questionId: 'q2', change: 'held' },
	});
	expect(after.questions.map(({ id }) => id)).toEqual(['q1', 'q3']);
});

test('new totals change the counts and nothing else', () => {
	const before = hall([question(1), question(2)]);
	const tallies = [{ id: 'q2', votes: 7, votesWithAccount: 3, votesAside: 1 }];
	const after = applyEvent(before, { room, seq: 1, at: '', type: 'question:counted', payload: { tallies } });
	expect(after.questions[0]).toBe(before.questions[0]);
	expect(after.questions[1]).toEqual({
		...before.questions[1],
		votes: 7,
		votesWithAccount: 3,
		votesAside: 1,
	});
});

test('what was missed counts each question once, by what it came to', () => {
	const missed = [
		changed(1, question(1)),
		changed(2, question(2)),
		changed(3, question(1), 'on-air'),
		changed(4, question(1), 'answered'),
	];
	expect(summaryOf(missed)).toEqual([
		{ change: 'answered', count: 1 },
		{ change: 'published', count: 1 },
	]);
});

test('what was missed can be told from two snapshots, and two gaps are told together', () => {
	const before = hall([question(1), question(2)]);
	const after = hall([question(1, { state: 'answered' }), question(2), question(3), question(4)]);
	const gap = summaryBetween(before, after);
	expect(gap).toEqual([
		{ change: 'published', count: 2 },
		{ change: 'answered', count: 1 },
	]);
	expect(summariesTogether(gap, [{ change: 'answered', count: 2 }])).toEqual([
		{ change: 'answered', count: 3 },
		{ change: 'published', count: 2 },
	]);
});

test('the list shows what was asked for, in its order, with merged questions under their target', () => {
	const questions = [
		question(1, { votes: 2 }),
		question(2, { votes: 9, state: 'answered', answer: 'La policía responde' }),
		question(3, { votes: 5, labels: ['traffic'] }),
		question(4, { state: 'merged', mergedInto: 'q1', text: 'About the bridge' }),
	];
	const wanted = (more: Partial<ListView>) => wantedList(questions, { ...view, ...more }, now);
	expect(wanted({})).toEqual(['q2', 'q3', 'q1']);
	expect(wanted({ filter: 'open' })).toEqual(['q3', 'q1']);
	expect(wanted({ filter: 'answered' })).toEqual(['q2']);
	expect(wanted({ label: 'traffic' })).toEqual(['q3']);
	expect(wanted({ search: 'POLICIA' })).toEqual(['q2']);
	expect(wanted({ search: 'bridge' })).toEqual(['q1']);
	expect(
		mergedUnder(questions)
			.get('q1')
			?.map(({ id }) => id),
	).toEqual(['q4']);
});

test('a merged question whose target is not public stands for itself', () => {
	expect(wantedList([question(1, { state: 'merged', mergedInto: 'gone' })], view, now)).toEqual(['q1']);
});

test('what a reader has not asked for yet is counted, and a changed order is noticed', () => {
	expect(pendingIn(['a', 'b'], ['a', 'b'])).toEqual({ added: 0, isMoved: false });
	expect(pendingIn(['a', 'b'], ['c', 'a', 'b', 'd'])).toEqual({ added: 2, isMoved: false });
	expect(pendingIn(['a', 'b'], ['b', 'a'])).toEqual({ added: 0, isMoved: true });
	expect(pendingIn(['a', 'b'], ['a'])).toEqual({ added: 0, isMoved: true });
});

test('an emoji is one character', () => {
	expect(lengthOf('👮🚲')).toBe(2);
});

describe('polls', () => {
	const poll = (change: Partial<Poll> = {}): Poll => ({
		...{ id: 'p', number: 1, kind: 'single', question: 'Now?', options: ['Yes', 'No'], most: 1, scale: null },
		...{ state: 'open', openedAt: null, closedAt: null, voted: 0, present: null, onScreen: true },
		...{ result: null, concern: null, ...change },
	});
	const told = (seq: number, type: RoomEvent['type'], payload: object) =>
		({ room, seq, at: '2026-11-22T01:30:00Z', type, payload }) as RoomEvent;

	test('an open one counts who has voted; when it is closed the own answer is forgotten', () => {
		let now = applyEvent(hall([]), told(1, 'poll:opened', { poll: poll() }));
		now = applyEvent(
			{ ...now, ballots: { p: [1], q: [0] } },
			told(2, 'poll:progress', { pollId: 'p', voted: 7 }),
		);
		expect(now).toMatchObject({ polls: [{ voted: 7 }], ballots: { p: [1] } });
		now = applyEvent(now, told(3, 'poll:closed', { poll: poll({ state: 'closed', voted: 8 }) }));
		expect(now.polls).toMatchObject([{ state: 'closed', voted: 8 }]);
		expect(now.ballots).toEqual({ q: [0] });
	});

	test('the desk’s own list moves with it, and only where there is one', () => {
		const desk = { ...poll({ state: 'draft' }), isShown: false, unvetted: 0 };
		const event = told(1, 'desk:poll', { poll: desk });
		expect(applyEvent(hall([]), event).deskPolls).toBeNull();
		const atDesk = applyEvent({ ...hall([]), deskPolls: [] }, event);
		expect(atDesk.deskPolls).toEqual([desk]);
		expect(applyEvent(atDesk, told(2, 'desk:poll-discarded', { pollId: 'p' })).deskPolls).toEqual([]);
	});
});
