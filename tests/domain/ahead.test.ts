// Questions in advance: when they are taken, what the desk can do with them, and how the moment follows a meeting that is moved.
import { describe, expect, test } from 'vitest';
import { canDo, isTimeFor } from '#domain/desk.ts';
import { assertTakesQuestions, isQueueOpen, movedAlong, takesQuestionsAhead } from '#domain/meetings.ts';
import type { DeskQuestion } from '#domain/questions.ts';

const scheduled = {
	state: 'scheduled' as const,
	endsAt: '2026-12-04T02:00:00.000Z',
	questionsFrom: '2026-11-30T15:00:00.000Z',
	questionsOpen: true,
};
const at = Date.parse;
const refused = (code: string) => expect.objectContaining({ code });

describe('questions in advance', () => {
	test('are taken from the moment on, not a second earlier', () => {
		expect(takesQuestionsAhead(scheduled, at('2026-11-30T14:59:59.999Z'))).toBe(false);
		expect(takesQuestionsAhead(scheduled, at('2026-11-30T15:00:00.000Z'))).toBe(true);
	});

	test('are not taken where no moment is set, nor by a draft, nor after a meeting that was never held', () => {
		const now = at('2026-12-01T00:00:00.000Z');
		expect(takesQuestionsAhead({ ...scheduled, questionsFrom: null }, now)).toBe(false);
		expect(takesQuestionsAhead({ ...scheduled, state: 'draft' }, now)).toBe(false);
		expect(takesQuestionsAhead({ ...scheduled, state: 'cancelled' }, now)).toBe(false);
		expect(takesQuestionsAhead(scheduled, at('2026-12-04T14:00:00.001Z'))).toBe(false);
	});

	test('a queue is open beforehand and while it is live, never after the end', () => {
		const now = at('2026-12-01T00:00:00.000Z');
		expect(isQueueOpen(scheduled, now)).toBe(true);
		expect(isQueueOpen({ ...scheduled, questionsFrom: null, state: 'live' }, now)).toBe(true);
		expect(isQueueOpen({ ...scheduled, state: 'ended' }, now)).toBe(false);
	});

	test('too early and closed are told apart', () => {
		const [early, within] = [at('2026-11-01T00:00:00.000Z'), at('2026-12-01T00:00:00.000Z')];
		expect(() => assertTakesQuestions(scheduled, early)).toThrow(refused('meeting-not-live'));
		expect(() => assertTakesQuestions({ ...scheduled, questionsOpen: false }, within)).toThrow(
			refused('questions-closed'),
		);
		expect(() => assertTakesQuestions(scheduled, within)).not.toThrow();
	});

	test('a week later is a week later by the clock on the wall, also across the change of the clocks', () => {
		expect(movedAlong('2026-10-28T09:00', '2026-10-29T18:30', '2026-11-05T18:30')).toBe('2026-11-04T09:00');
		expect(movedAlong('2026-12-28T09:00', '2026-12-31T18:30', '2027-01-02T19:00')).toBe('2026-12-30T09:30');
	});
});

test('before the meeting the desk vets, merges and answers in writing; nothing goes on air', () => {
	const question = { state: 'published', concern: null, pinned: false, channel: 'online' } as DeskQuestion;
	for (const deed of ['decline', 'hold', 'merge', 'pin', 'label', 'answer-in-writing', 'block'] as const)
		expect(canDo(deed, question, 'scheduled'), deed).toBe(true);
	for (const deed of ['put-on-air', 'answer-live', 'defer', 'carry-over', 'leave-unanswered'] as const)
		expect(canDo(deed, question, 'scheduled'), deed).toBe(false);
	expect(isTimeFor('publish', 'draft')).toBe(false);
	expect(isTimeFor('publish', 'ended')).toBe(false);
});
