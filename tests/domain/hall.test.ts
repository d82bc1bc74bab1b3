import { expect, test } from 'vitest';
import { hallRoom, type RoomEvent } from '#domain/events.ts';
import { applyEvent, follows, summaryOf, type Hall } from '#domain/hall.ts';
import type { Meeting } from '#domain/meetings.ts';
import type { Question } from '#domain/questions.ts';

const room = hallRoom('m');
const hall: Hall = {
	meeting: { id: 'm' } as Meeting,
	questions: [],
	own: [],
	voted: [],
	blocked: false,
	desk: null,
	seen: { [room]: 4 },
};
const question = (id: string, change: Partial<Question> = {}) =>
	({ id, votes: 0, state: 'published', ...change }) as Question;
const changed = (seq: number, id: string, how: 'published' | 'answered' = 'published'): RoomEvent => ({
	room,
	seq,
	at: '2026-11-21T18:00:00.000Z',
	type: 'question:changed',
	payload: { question: question(id), change: how },
});

test('an event that was seen already changes nothing', () => {
	expect(applyEvent(hall, changed(4, 'a'))).toBe(hall);
});

test('the next event follows, one after a gap does not', () => {
	expect(follows(hall, changed(5, 'a'))).toBe(true);
	expect(follows(hall, changed(6, 'a'))).toBe(false);
});

test('a question keeps its place in the list when it changes', () => {
	const after = [changed(5, 'a'), changed(6, 'b'), changed(7, 'a', 'answered')].reduce(applyEvent, hall);
	expect(after.questions.map(({ id }) => id)).toEqual(['a', 'b']);
	expect(after.seen).toEqual({ [room]: 7 });
});

test('totals set the numbers of their questions only', () => {
	const two = { ...hall, questions: [question('a'), question('b')] };
	const after = applyEvent(two, {
		room,
		seq: 5,
		at: '',
		type: 'question:counted',
		payload: { tallies: [{ id: 'b', votes: 7, votesWithAccount: 2, votesAside: 0 }] },
	});
	expect(after.questions.map(({ votes }) => votes)).toEqual([0, 7]);
});

test('what was missed counts each question once, by its last change', () => {
	expect(
		summaryOf([changed(5, 'a'), changed(6, 'a', 'answered'), changed(7, 'b', 'answered'), changed(8, 'c')]),
	).toEqual([
		{ change: 'answered', count: 2 },
		{ change: 'published', count: 1 },
	]);
});
