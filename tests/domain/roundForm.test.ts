// The desk's form of a map round, and of a field activity: what is typed becomes what the database takes.
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { readPolygon } from '#domain/places.ts';
import { roundInput, type Round } from '#domain/rounds.ts';
import { placesOf, readDone, readWhereabouts, searchOfWhereabouts } from '#lib/rounds/activityForm.ts';
import {
	fieldOf,
	formForNew,
	formOf,
	inputOf,
	monthAfter,
	readRoundForm,
	type RoundForm,
} from '#lib/rounds/form.ts';
import { aRound, middle } from '#tests/maps.ts';

const round: Round = { ...aRound, id: 'r', slug: '2026-11', state: 'open', previous: null, summary: '' };

/** What a browser sends of a form. */
function sent({ categories, vetting, ...values }: RoundForm, more: Record<string, string> = {}): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(values)) form.set(name, value);
	if (vetting) form.set('vetting', 'on');
	for (const [
		at,
		{ key, label, prompt, stopper, colour, shape, isExact, questions },
	] of categories.entries()) {
		const of = (name: string) => `categories.${at}.${name}`;
		for (const [name, value] of Object.entries({ key, colour, shape })) form.set(of(name), value);
		for (const [name, words] of Object.entries({ label, prompt, stopper }))
			for (const language of ['en', 'es'] as const) form.set(of(`${name}.${language}`), words[language]);
		for (const [n, words] of questions.entries())
			for (const language of ['en', 'es'] as const)
				form.set(of(`questions.${n}.${language}`), words[language]);
		if (isExact) form.set(of('isExact'), 'on');
	}
	for (const [name, value] of Object.entries(more)) form.set(name, value);
	return form;
}

describe('a round', () => {
	test('goes through the form unchanged', () => {
		expect(inputOf(readRoundForm(sent(formOf(round))), {})).toEqual(aRound);
	});

	test('empty kinds are passed over, one can be left out, a new one gets a key that is not taken', () => {
		const more = {
			'categories.1.leaveOut': 'on',
			...{ 'categories.2.label.en': 'Speeding', 'categories.2.label.es': 'Velocidad' },
			...{ 'categories.2.prompt.en': 'Where?', 'categories.2.prompt.es': '¿Dónde?' },
			...{ 'categories.2.colour': 'blue', 'categories.2.shape': 'star' },
		};
		const { categories } = inputOf(readRoundForm(sent(formOf(round), more)), {});
		expect(categories.map(({ key }) => key)).toEqual(['speeding', 'speeding-2']);
	});

	test.each([
		['middle', { middle: 'somewhere' }],
		['zoom', { zoom: '99' }],
		['boundary', { boundary: 'no json' }],
		['boundary', { boundaryFrom: '2020-01' }],
		['blockMetres', { blockMetres: '3' }],
		['closesOn', { closesOn: '2026-10-01' }],
		['title', { title: ' ' }],
		['categories.0.label.es', { 'categories.0.label.es': '' }],
		['categories.1.stopper.es', { 'categories.1.stopper.es': '' }],
		['categories.0.questions.0.en', { 'categories.0.questions.0.en': '' }],
		['categories', { 'categories.1.shape': 'triangle' }],
	])('what is wrong is said at its field: %s', (field, more) => {
		const read = v.safeParse(roundInput, inputOf(readRoundForm(sent(formOf(round), more)), {}));
		expect(fieldOf(read.success ? undefined : (v.getDotPath(read.issues[0]) ?? undefined))).toBe(field);
	});

	test('the boundary can be another round’s', () => {
		const form = readRoundForm(sent(formOf(round), { boundaryFrom: '2026-10', boundary: '' }));
		expect(inputOf(form, { '2026-10': aRound.boundary! }).boundary).toEqual(aRound.boundary);
	});

	test('a new one begins as the newest is, in the month after this one, without its title', () => {
		expect(monthAfter('2026-12-31')).toEqual({ opensOn: '2027-01-01', closesOn: '2027-01-31' });
		expect(monthAfter('2028-01-15')).toEqual({ opensOn: '2028-02-01', closesOn: '2028-02-29' });
		const form = formForNew(round, monthAfter('2026-11-25'));
		expect(form).toMatchObject({
			title: '',
			opensOn: '2026-12-01',
			categories: [{ key: 'speeding' }, { key: 'unsafe' }],
		});
		expect(formForNew(undefined, monthAfter('2026-11-25')).categories).toEqual([]);
	});
});

describe('a boundary in GeoJSON', () => {
	const polygon = aRound.boundary!;
	const feature = { type: 'Feature', properties: {}, geometry: polygon };
	test.each([
		['bare', polygon],
		['as a feature', feature],
		['as the only one of a collection', { type: 'FeatureCollection', features: [feature] }],
		['with heights', { ...polygon, coordinates: [polygon.coordinates[0]!.map((point) => [...point, 12])] }],
	])('is read %s', (_, json) => expect(readPolygon(JSON.stringify(json))).toEqual(polygon));

	test.each([
		['no JSON', 'POLYGON((0 0))'],
		['nothing', 'null'],
		['a point', '{"type":"Point","coordinates":[0,0]}'],
		['several', JSON.stringify({ type: 'FeatureCollection', features: [feature, feature] })],
		['not closed', '{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[1,0]]]}'],
		['off the earth', '{"type":"Polygon","coordinates":[[[0,0],[0,99],[1,1],[0,0]]]}'],
	])('%s is none', (_, text) => expect(readPolygon(text)).toBeNull());
});

describe('a field activity', () => {
	const find = (typed: string) => (typed === 'Elm & 4th' ? middle : null);
	const at = (said: Record<string, string>, pins: { id: string; lat: number; lng: number }[] = []) =>
		placesOf(readWhereabouts(new URLSearchParams(said), undefined), pins, find);

	test('is where it is typed, where the pin is, or where its stretch begins', () => {
		expect(at({ where: '41.62, -90.58' }).at).toEqual(middle);
		expect(at({ where: 'Elm & 4th' }).at).toEqual(middle);
		expect(at({ pin: 'p' }, [{ id: 'p', ...middle }]).at).toEqual(middle);
		expect(at({ stretch: '41.62, -90.58\n41.63, -90.58\n' })).toMatchObject({
			at: middle,
			stretch: [middle, { lat: 41.63 }],
		});
		expect(at({})).toEqual({ at: null, stretch: null, wrong: null });
	});

	test('says which place is not known', () => {
		expect(at({ where: 'Nowhere' }).wrong).toBe('where');
		expect(at({ stretch: '41.62, -90.58' }).wrong).toBe('stretch');
		expect(at({ stretch: '41.62, -90.58\nNowhere' })).toMatchObject({ at: null, wrong: 'stretch' });
	});

	test('what its address says is what was typed', () => {
		const said = readWhereabouts(new URLSearchParams({ kind: 'signs', where: 'Elm & 4th' }), undefined);
		expect(readWhereabouts(new URLSearchParams(searchOfWhereabouts(said)), undefined)).toEqual(said);
		expect(readWhereabouts(new URLSearchParams({ kind: 'magic' }), undefined).kind).toBe('other');
	});

	test('what was not counted is left away, and nothing is made up', () => {
		const form = new FormData();
		for (const [name, value] of [
			['fromDay', '2026-11-10'],
			['counts.stops', '0'],
			['counts.hours', ''],
			['note', ' Radar '],
			['pins', 'a'],
			['pins', 'b'],
		])
			form.append(name!, value!);
		expect(readDone(form)).toEqual({
			fromDay: '2026-11-10',
			untilDay: '2026-11-10',
			counts: { stops: 0 },
			note: 'Radar',
			pins: ['a', 'b'],
		});
	});
});
