import { expect, test } from 'vitest';
import { pinsWith } from '#domain/mapView.ts';
import type { Pin } from '#domain/pins.ts';

const pin: Pin = {
	...{ id: 'a', category: 'speeding', lat: 41.62, lng: -90.58, note: 'Here', answers: [], kind: 'resident' },
	...{ placedAt: '2026-11-20T18:00:00.000Z', state: 'acted-on', supports: 3, comments: 1 },
	...{ photos: ['p'], area: 'Old Town', concern: null, channel: 'online' },
};

test('a pin that was moved in the document stands there, whatever was read of it before', () => {
	const moved = { ...pin, lat: 41.625, note: 'There' };
	expect(pinsWith([moved], new Map([['a', pin]]))).toEqual([{ ...pin, lat: 41.625, note: 'There' }]);
});

test('of a pin nothing is counted of yet nothing is counted', () => {
	expect(pinsWith([pin], new Map())).toMatchObject([{ id: 'a', supports: 0, state: 'open', area: null }]);
});
