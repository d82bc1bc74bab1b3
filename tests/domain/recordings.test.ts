import { expect, test } from 'vitest';
import { chaptersOf } from '#domain/recordings.ts';

test('the chapters of a recording are the questions that were on air while it went on', () => {
	const question = (number: number, at: number) => ({
		at,
		number,
		questionId: `q${number}`,
		text: `Question ${number}`,
	});
	const asked = [question(1, 900), question(3, 66_000), question(2, 5_000), question(4, 61_000)];
	expect(
		chaptersOf({ startedAt: 1_000, seconds: 60 }, asked).map(({ number, seconds }) => [number, seconds]),
	).toEqual([[2, 4]]);
	expect(chaptersOf({ startedAt: 1_000, seconds: 65.5 }, asked).map(({ number }) => number)).toEqual([
		2, 4, 3,
	]);
});
