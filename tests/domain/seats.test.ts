// Places on a screen: nobody jumps about because somebody speaks, and whoever speaks is seen.
import { expect, test } from 'vitest';
import { mostSmall, noSeats, seatsAfter, type Present, type Seats } from '#domain/seats.ts';

const twelve = Array.from({ length: 12 }, (_, n) => `p${n}`);
const room = (more: Partial<Present> = {}): Present => ({
	ids: twelve.slice(0, 6),
	speaker: null,
	own: null,
	hasScreen: false,
	...more,
});
const places = ({ large, small }: Seats) => [large, ...small];

test('one alone is large, six have six places, of twelve six are seen', () => {
	expect(seatsAfter(noSeats, room({ ids: [] }))).toEqual(noSeats);
	expect(places(seatsAfter(noSeats, room({ ids: ['a'] })))).toEqual(['a']);
	expect(places(seatsAfter(noSeats, room()))).toEqual(twelve.slice(0, 6));
	expect(places(seatsAfter(noSeats, room({ ids: twelve })))).toHaveLength(1 + mostSmall);
});

test('who speaks changes places with the one before, and nobody else moves', () => {
	const before = seatsAfter(noSeats, room());
	const after = seatsAfter(before, room({ speaker: 'p3' }));
	expect(places(after)).toEqual(['p3', 'p1', 'p2', 'p0', 'p4', 'p5']);
	// In silence everything stays.
	expect(places(seatsAfter(after, room()))).toEqual(places(after));
});

test('who had no place and speaks takes that of the one who was silent longest', () => {
	let seats = seatsAfter(noSeats, room({ ids: twelve }));
	for (const speaker of ['p5', 'p4', 'p3', 'p2']) seats = seatsAfter(seats, room({ ids: twelve, speaker }));
	const before = places(seats);
	seats = seatsAfter(seats, room({ ids: twelve, speaker: 'p9' }));
	expect(seats.large).toBe('p9');
	// The one before is small now, in a place of somebody who never spoke.
	const moved = places(seats).filter((id, at) => at > 0 && before[at] !== id);
	expect(moved).toEqual(['p2']);
	expect(seats.small).toEqual(expect.arrayContaining(['p3', 'p4', 'p5']));
});

test('a shared screen has the large place; who speaks is among the small ones', () => {
	const before = seatsAfter(noSeats, room({ ids: twelve, speaker: 'p2' }));
	const shared = seatsAfter(before, room({ ids: twelve, hasScreen: true, speaker: 'p11' }));
	expect(shared.large).toBeNull();
	expect(shared.small).toHaveLength(mostSmall);
	expect(shared.small).toContain('p11');
	expect(seatsAfter(shared, room({ ids: twelve })).large).not.toBeNull();
});

test('oneself is always in sight, and large only when alone', () => {
	expect(seatsAfter(noSeats, room({ ids: ['me'], own: 'me' })).large).toBe('me');
	const ids = [...twelve, 'me'];
	let seats = seatsAfter(noSeats, room({ ids, own: 'me' }));
	for (const speaker of ['me', ...twelve, 'me', ...twelve]) {
		seats = seatsAfter(seats, room({ ids, own: 'me', speaker }));
		expect(seats.small).toContain('me');
		expect(new Set(places(seats)).size).toBe(1 + mostSmall);
	}
});

test('who leaves frees a place, the large one too', () => {
	const before = seatsAfter(noSeats, room({ speaker: 'p4' }));
	const after = seatsAfter(before, room({ ids: ['p0', 'p1', 'p2'] }));
	expect(new Set(places(after))).toEqual(new Set(['p0', 'p1', 'p2']));
});
