// Messages that nobody would write: valid ones with a few places changed at random. The same seed makes the same ones.

export type Dice = {
	/** A whole number from 0, less than this. */
	below(most: number): number;
	oneOf<T>(from: readonly T[]): T;
};

/** mulberry32, by Tommy Ettinger (public domain). */
export function makeDice(seed: number): Dice {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const below = (most: number) => Math.floor(next() * most);
	return { below, oneOf: (from) => from[below(from.length)]! };
}

type Place = { of: Record<string, unknown> | unknown[]; key: string };

/** A copy of a message with none to three of its places changed. */
export function mutated(dice: Dice, message: unknown): unknown {
	const root = { message: structuredClone(message) };
	for (let changes = dice.oneOf([0, 1, 1, 1, 2, 3]); changes > 0; changes--) {
		const places = placesIn(root);
		if (places.length > 0) change(dice, dice.oneOf(places));
	}
	return root.message;
}

function placesIn(value: unknown, depth = 0): Place[] {
	if (typeof value !== 'object' || value === null) return [];
	const of = value as Place['of'];
	// What was put in before is wide and deep enough as it is.
	return Object.keys(of)
		.slice(0, 50)
		.flatMap((key) => [{ of, key }, ...(depth < 12 ? placesIn(Reflect.get(of, key), depth + 1) : [])]);
}

function change(dice: Dice, { of, key }: Place): void {
	const value = Reflect.get(of, key) as unknown;
	const ways = [
		() => void Reflect.set(of, key, rubbish(dice)),
		() => void Reflect.deleteProperty(of, key),
		// Of the same kind, and often of the same form: these get deep.
		() => {
			if (typeof value === 'number')
				Reflect.set(
					of,
					key,
					dice.oneOf([
						0,
						-1,
						1,
						value + 1,
						value * 1000,
						value + 0.5,
						127,
						128,
						255,
						256,
						65_536,
						2 ** 31,
						2 ** 32 - 1,
						2 ** 32,
						2 ** 53,
						-(2 ** 31),
						1e308,
					]),
				);
			else if (typeof value === 'string') Reflect.set(of, key, text(dice, value));
			else Reflect.set(of, key, rubbish(dice));
		},
		() => {
			if (Array.isArray(value)) value.push(...structuredClone(value));
			else if (typeof value === 'object' && value !== null)
				Reflect.set(value, text(dice, 'name'), rubbish(dice));
			else Reflect.set(of, key, [value]);
		},
		() => {
			if (Array.isArray(value)) value.length = dice.below(value.length + 1);
			else Reflect.set(of, key, { [key]: value });
		},
		() => {
			if (Array.isArray(value) && value.length > 0)
				Reflect.set(
					of,
					key,
					Array.from({ length: 1 + dice.below(300) }, () => structuredClone(dice.oneOf(value))),
				);
			else Reflect.set(of, key, value === true);
		},
	];
	dice.oneOf([...ways, ways[2]!, ways[2]!, ways[2]!])();
}

function text(dice: Dice, value: string): string {
	return dice.oneOf([
		'',
		' ',
		value + value,
		value.slice(1),
		value.toUpperCase(),
		value.replaceAll(/[0-9]/g, '9'),
		`${value}\0`,
		'x'.repeat(1 + dice.below(5_000)),
		'ẞ́🔥\u202e',
		'../../etc/passwd',
		'__proto__',
		'constructor',
		'NaN',
		'-1',
		`${value}\r\na=x`,
		'sha-1',
		'sha-512',
		'AB:'.repeat(31) + 'AB',
		'audio/opus',
		'video/VP8',
		'video/rtx',
		'audio/PCMU',
		'video/H264',
		'microphone',
		'camera',
		'screen',
		'all',
		'nothing',
		'client',
		'server',
		'urn:ietf:params:rtp-hdrext:sdes:mid',
		'urn:mediasoup:params:rtp-hdrext:packet-id',
		'L3T3',
		'S9T9',
	]);
}

function rubbish(dice: Dice): unknown {
	return dice.oneOf<() => unknown>([
		() => null,
		() => true,
		() => dice.oneOf([0, -1, 0.1, 1e308, -1e-300, 2 ** 53]),
		() => text(dice, 'rubbish'),
		() => [],
		() => ({}),
		() => Array.from({ length: dice.below(1_000) }, (_, n) => n),
		() => Object.fromEntries(Array.from({ length: dice.below(300) }, (_, n) => [`key${n}`, n])),
		() =>
			JSON.parse(
				'{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},"toString":1,"length":-1}',
			),
		() => deep(dice.below(2_000)),
	])();
}

/** One in the other, so many times. */
function deep(levels: number): unknown {
	let inside: unknown = 'bottom';
	for (let level = 0; level < levels; level++) inside = level % 2 ? [inside] : { a: inside };
	return inside;
}
