// What a round's report counts.
import { describe, expect, test } from 'vitest';
import { answerable, metresFrom, type Activity } from '#domain/activities.ts';
import { activitySums, beforeAndAfter, compared, findingOf, lengthOf, pinTable } from '#domain/mapReports.ts';
import { metresBetween, metresToLine } from '#domain/places.ts';
import { aRound, middle } from '#tests/maps.ts';

const far = { lat: 41.627, lng: -90.57 };
const pin = (category: string, area: string | null, placedAt = '2026-11-05T12:00:00.000Z', at = middle) => ({
	...{ category, area, placedAt, state: 'open' },
	...at,
});
const activity = (more: Partial<Activity> = {}): Activity => ({
	...{
		id: 'a',
		kind: 'enforcement',
		at: middle,
		stretch: null,
		fromDay: '2026-11-10',
		untilDay: '2026-11-12',
	},
	...{ counts: { stops: 3 }, note: 'Radar.', pins: [], recordedAt: '2026-11-13T12:00:00.000Z' },
	...more,
});
const utcDay = (iso: string) => iso.slice(0, 10);
const november = { first: '2026-11-01', last: '2026-11-30' };

describe('pins per category and area', () => {
	test('are counted once each; areas without pins are there, outside all areas only where a pin is', () => {
		const pins = [pin('speeding', 'Old Town'), pin('speeding', 'Old Town'), pin('unsafe', null)];
		expect(pinTable(aRound, ['Eastgate', 'Old Town'], pins)).toEqual({
			categories: [
				{ key: 'speeding', count: 2 },
				{ key: 'unsafe', count: 1 },
			],
			areas: [
				{ area: 'Eastgate', counts: [0, 0], count: 0 },
				{ area: 'Old Town', counts: [2, 0], count: 2 },
				{ area: null, counts: [0, 1], count: 1 },
			],
			count: 3,
		});
		expect(pinTable(aRound, ['Eastgate'], []).areas).toHaveLength(1);
	});

	test('the finding names the one with the most, and nothing where two have as many or there is none', () => {
		const of = (...pins: ReturnType<typeof pin>[]) =>
			findingOf(pinTable(aRound, ['Eastgate', 'Old Town'], pins));
		expect(of(pin('speeding', 'Old Town'), pin('speeding', 'Eastgate'), pin('unsafe', 'Old Town'))).toEqual({
			category: { key: 'speeding', percent: 67 },
			area: 'Old Town',
		});
		expect(of(pin('speeding', 'Old Town'), pin('unsafe', 'Eastgate'))).toEqual({
			category: null,
			area: null,
		});
		expect(of()).toEqual({ category: null, area: null });
		// Outside all areas is no place that one could name.
		expect(of(pin('speeding', null)).area).toBeNull();
	});
});

test('what was done is added up kind by kind; what was not counted is not said to be nothing', () => {
	const sums = activitySums([
		activity({ kind: 'signs', counts: { signs: 4 } }),
		activity({ counts: { stops: 3, citations: 0 } }),
		activity({ counts: { stops: 5 } }),
	]);
	expect(sums).toEqual([
		{ kind: 'enforcement', times: 2, counts: { stops: 8, citations: 0 } },
		{ kind: 'signs', times: 1, counts: { signs: 4 } },
	]);
});

describe('before and after', () => {
	test('counts what lies near, by the city’s days', () => {
		const pins = [
			pin('speeding', null, '2026-11-09T23:00:00.000Z'),
			pin('speeding', null, '2026-11-10T00:00:00.000Z'),
			pin('speeding', null, '2026-11-12T23:00:00.000Z'),
			pin('speeding', null, '2026-11-13T00:00:00.000Z'),
			pin('speeding', null, '2026-11-20T00:00:00.000Z', far),
		];
		const [place] = beforeAndAfter([activity()], pins, [pins[0]!, pins[4]!], november, utcDay);
		expect(place).toMatchObject({
			before: 1,
			during: 2,
			after: 1,
			previous: 1,
			daysBefore: 9,
			daysAfter: 18,
		});
		expect(beforeAndAfter([activity()], pins, null, november, utcDay)[0]!.previous).toBeNull();
	});

	test('along a stretch everything beside it is near, not only its ends', () => {
		const east = { lat: middle.lat, lng: middle.lng + 0.01 };
		const half = { lat: middle.lat + 0.0005, lng: middle.lng + 0.005 };
		expect(metresToLine(half, [middle, east])).toBeCloseTo(55.66, 1);
		expect(metresToLine(middle, [middle, middle])).toBe(0);
		expect(metresToLine(far, [middle, middle])).toBeCloseTo(metresBetween(far, middle), 0);
		const places = beforeAndAfter(
			[activity({ stretch: [middle, east] }), activity()],
			[pin('speeding', null, undefined, half)],
			null,
			november,
			utcDay,
		);
		expect(places.map(({ before }) => before)).toEqual([1, 0]);
	});
});

test('the pins offered are near; those of a fitting kind first, then the nearest', () => {
	const near = (metres: number) => ({ lat: middle.lat + metres / 111_320, lng: middle.lng });
	const pins = [
		pin('unsafe', null, undefined, near(10)),
		pin('speeding', null, undefined, near(120)),
		pin('speeding', null, undefined, near(60)),
		pin('speeding', null, undefined, near(160)),
	];
	const offered = answerable(pins, activity());
	expect(offered.map((one) => [pins.indexOf(one.pin), one.fits])).toEqual([
		[2, true],
		[1, true],
		[0, false],
	]);
	expect(metresFrom(pins[3]!, activity())).toBeGreaterThan(150);
});

describe('two rounds side by side', () => {
	test('are held against each other per week, because one may be longer', () => {
		const { all, categories, areas } = compared(
			[
				{
					round: aRound,
					pins: [pin('speeding', 'Old Town'), pin('speeding', 'Old Town')],
					days: { first: '2026-11-01', last: '2026-11-07' },
				},
				{
					round: aRound,
					pins: [pin('speeding', 'Old Town'), pin('unsafe', null)],
					days: { first: '2026-10-01', last: '2026-10-14' },
				},
			],
			['Old Town'],
		);
		expect(all).toEqual({ counts: [2, 2], weekly: [2, 1] });
		expect(categories[0]).toMatchObject({ counts: [2, 1], weekly: [2, 0.5], isIn: [true, true] });
		expect(areas).toMatchObject([
			{ area: 'Old Town', counts: [2, 1] },
			{ area: null, counts: [0, 1] },
		]);
	});

	test('say which kinds only one of them asked for', () => {
		const fewer = { categories: aRound.categories.slice(0, 1) };
		const { categories } = compared(
			[
				{ round: fewer, pins: [], days: november },
				{ round: aRound, pins: [pin('unsafe', null)], days: november },
			],
			[],
		);
		expect(categories.map(({ isIn }) => isIn)).toEqual([
			[true, true],
			[false, true],
		]);
	});

	test('a day is a day long', () => {
		expect(lengthOf({ first: '2026-11-01', last: '2026-11-01' })).toBe(1);
		expect(lengthOf(november)).toBe(30);
	});
});
