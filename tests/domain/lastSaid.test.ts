import { expect, test } from 'vitest';
import { LastSaid } from '#lib/stage/lastSaid.ts';

test('what is said while the one before is on its way waits for it, and only the last of it is told', async () => {
	const told: string[] = [];
	const answers: (() => void)[] = [];
	const wish = new LastSaid('nothing', (value) => {
		told.push(value);
		return new Promise<void>((resolve) => answers.push(resolve));
	});
	const answered = async () => {
		answers.shift()!();
		await Promise.resolve();
	};
	wish.say('nothing');
	expect(told).toEqual([]);
	for (const value of ['large', 'nothing', 'small', 'large', 'small']) wish.say(value);
	expect(told).toEqual(['large']);
	expect(wish.value).toBe('small');
	await answered();
	expect(told).toEqual(['large', 'small']);
	await answered();
	wish.say('nothing');
	wish.say('small');
	await answered();
	expect(told).toEqual(['large', 'small', 'nothing', 'small']);
});
