// Pins that stand for several: how many of each kind, and when they fall apart.
import { expect, test } from 'vitest';
import { clusterPins, sharesOf } from '#lib/map/clusters.ts';
import type { Pin } from '#domain/pins.ts';

const pin = (id: string, category: string, lat: number, lng: number): Pin => ({
	...{
		id,
		category,
		lat,
		lng,
		note: '',
		answers: [],
		kind: 'resident',
		placedAt: '2026-11-25T10:00:00.000Z',
	},
	...{ state: 'open', supports: 0, comments: 0, photos: [], area: null, concern: null, channel: 'online' },
});
const whole: [number, number, number, number] = [-180, -85, 180, 85];

test('pins near each other are drawn as one that knows how many there are of each kind', () => {
	const clusters = clusterPins([
		pin('1', 'speeding', 41.62, -90.58),
		pin('2', 'speeding', 41.6201, -90.58),
		pin('3', 'noise', 41.62, -90.5801),
		pin('4', 'noise', 41.64, -90.6),
	]);
	const drawn = clusters.within(whole, 13);
	expect(drawn.map((one) => (one.kind === 'cluster' ? one.mix : one.id))).toEqual([
		{ speeding: 2, noise: 1 },
		'4',
	]);
	const [first] = drawn;
	const apart = clusters.zoomOf(first!.kind === 'cluster' ? first!.clusterId : -1);
	expect(clusters.within(whole, apart).length).toBeGreaterThan(2);
	// Clustering must not have counted twice.
	expect(clusters.within(whole, 13)).toEqual(drawn);
});

test('near enough, everybody stands alone', () => {
	const pins = [pin('1', 'noise', 41.62, -90.58), pin('2', 'noise', 41.6201, -90.58)];
	expect(
		clusterPins(pins)
			.within(whole, 18)
			.map(({ kind }) => kind),
	).toEqual(['pin', 'pin']);
});

test('twenty thousand pins lose none, at any zoom', () => {
	const many = Array.from({ length: 20_000 }, (_, at) =>
		pin(
			String(at),
			at % 3 ? 'noise' : 'speeding',
			41.6 + (at % 200) / 5_000,
			-90.6 + Math.floor(at / 200) / 2_500,
		),
	);
	const clusters = clusterPins(many);
	for (const zoom of [10, 13, 16, 18]) {
		const drawn = clusters.within(whole, zoom);
		expect(drawn.reduce((sum, one) => sum + (one.kind === 'pin' ? 1 : one.count), 0)).toBe(20_000);
		const noises = drawn.reduce(
			(sum, one) => sum + (one.kind === 'pin' ? Number(one.pin.category === 'noise') : (one.mix.noise ?? 0)),
			0,
		);
		expect(noises).toBe(many.filter(({ category }) => category === 'noise').length);
	}
});

test('a ring begins with the largest kind, and goes once around', () => {
	expect(sharesOf({ noise: 1, speeding: 3 })).toEqual([
		{ category: 'speeding', count: 3, from: 0, to: 0.75 },
		{ category: 'noise', count: 1, from: 0.75, to: 1 },
	]);
});
