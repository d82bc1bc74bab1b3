// Reading anew: at once, then once for all that came meanwhile, never twice at a time.
import { expect, test } from 'vitest';
import { oneAtATime } from '#lib/office/oneAtATime.ts';

/** Readings and rests that end when the test says so. */
function stage() {
	const begun: string[] = [];
	const ends: (() => void)[] = [];
	const doing = (what: string) => () => {
		begun.push(what);
		return new Promise<void>((resolve) => ends.push(resolve));
	};
	return {
		begun,
		ask: oneAtATime(doing('read'), doing('rest')),
		/** Ends what is going on; the next thing has begun then, where there is one. */
		async end() {
			ends.at(-1)!();
			for (let turn = 0; turn < 10; turn++) await Promise.resolve();
		},
	};
}

test('the first word is read at once, fifty that follow together after a rest, and one that comes later for itself', async () => {
	const { begun, ask, end } = stage();
	const first = ask();
	expect(begun).toEqual(['read']);
	const later = Array.from({ length: 50 }, () => ask());
	await end();
	await first;
	expect(begun).toEqual(['read', 'rest']);
	for (let n = 0; n < 50; n++) later.push(ask());
	await end();
	expect(begun).toEqual(['read', 'rest', 'read']);
	// A word that comes while it is read is not in it.
	const last = ask();
	await end();
	await Promise.all(later);
	await end();
	expect(begun).toEqual(['read', 'rest', 'read', 'rest', 'read']);
	await end();
	await last;
	await end();
	void ask();
	expect(begun.filter((what) => what === 'read')).toHaveLength(4);
});

test('a reading that fails is told to whoever asked for it, and holds up no other', async () => {
	const answers = [Promise.reject(new Error('away')), Promise.resolve()];
	const ask = oneAtATime(
		() => answers.shift()!,
		() => Promise.resolve(),
	);
	const [first, second] = [ask(), ask()];
	await expect(first).rejects.toThrow('away');
	await second;
	expect(answers).toEqual([]);
});
