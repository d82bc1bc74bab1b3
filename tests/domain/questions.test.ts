import { describe, expect, test } from 'vitest';
import {
	actMoves,
	inOrder,
	needsAnEye,
	questionStates,
	risingScore,
	type Question,
} from '#domain/questions.ts';

const minutes = (n: number) => new Date(n * 60_000).toISOString();
const question = (
	number: number,
	votes: number | null,
	publishedAtMinute: number,
	more: Partial<Question> = {},
) =>
	({
		id: String(number),
		number,
		votes,
		publishedAt: minutes(publishedAtMinute),
		askedAt: minutes(0),
		pinned: false,
		...more,
	}) as Question;
const numbers = (list: Question[]) => list.map(({ number }) => number);
const now = 60 * 60_000;

describe('the orders', () => {
	const three = [question(1, 5, 10), question(2, 9, 30), question(3, 5, 50)];

	test('top is by votes, then by number', () =>
		expect(numbers(inOrder(three, 'top', now))).toEqual([2, 1, 3]));
	test('newest and oldest are by the time of publication', () => {
		expect(numbers(inOrder(three, 'newest', now))).toEqual([3, 2, 1]);
		expect(numbers(inOrder(three, 'oldest', now))).toEqual([1, 2, 3]);
	});
	test('rising brings a late question with as many votes before an early one', () => {
		expect(numbers(inOrder(three, 'rising', now))).toEqual([3, 2, 1]);
	});
	test('a pinned question is first in every order', () => {
		const pinned = [...three, question(4, 0, 1, { pinned: true })];
		for (const order of ['top', 'newest', 'oldest', 'rising'] as const)
			expect(numbers(inOrder(pinned, order, now))[0]).toBe(4);
	});
	test('hidden totals do not tell themselves by the order', () => {
		const hidden = [question(3, null, 5), question(1, null, 40), question(2, null, 20)];
		for (const order of ['top', 'rising'] as const)
			expect(numbers(inOrder(hidden, order, now))).toEqual([1, 2, 3]);
	});
});

test('the rising score is (votes + 1) / (minutes + 5)^1.2', () => {
	expect(risingScore(question(1, 11, 0), 5 * 60_000)).toBeCloseTo(12 / 10 ** 1.2, 10);
	expect(risingScore(question(1, 11, 10), 5 * 60_000)).toBeCloseTo(12 / 5 ** 1.2, 10);
});

test('rude words want an eye in both languages, as whole words only', () => {
	expect(needsAnEye('This is SHIT.')).toBe(true);
	expect(needsAnEye('¡Qué mierda de calle!')).toBe(true);
	expect(needsAnEye('Who computes the reputation in Scunthorpe?')).toBe(false);
});

test('no act leads into a state that it does not know, and none starts where it ends', () => {
	for (const [act, { from, to }] of Object.entries(actMoves)) {
		expect(questionStates).toContain(to);
		if (act !== 'answer-in-writing') expect(from).not.toContain(to);
	}
});
