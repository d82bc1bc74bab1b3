// The agenda's rows while it is written: the same acts with and without JavaScript.
import { expect, test } from 'vitest';
import { agendaMaxLength, filled, isAgendaAct, rearranged, type AgendaAct } from '#domain/agenda.ts';

const rows = ['a', 'b', 'c'].map((title) => ({ title, minutes: '5' }));
const after = (act: AgendaAct) =>
	rearranged(rows, act)
		.map(({ title }) => title)
		.join('');

test('rows are added at the end, taken away, and moved by one', () => {
	expect(after('add')).toBe('abc');
	expect(rearranged(rows, 'add')).toHaveLength(4);
	expect(after('remove:1')).toBe('ac');
	expect(after('up:2')).toBe('acb');
	expect(after('down:0')).toBe('bac');
});

test('what is not possible changes nothing', () => {
	expect(after('up:0')).toBe('abc');
	expect(after('down:2')).toBe('abc');
	expect(after('remove:9')).toBe('abc');
	const full = Array.from({ length: agendaMaxLength }, () => rows[0]!);
	expect(rearranged(full, 'add')).toHaveLength(agendaMaxLength);
});

test('only the known buttons are acts', () => {
	expect(['add', 'up:3', 'down:0', 'remove:12'].every(isAgendaAct)).toBe(true);
	expect(['', 'up', 'up:-1', 'up:x', 'drop:1', 'add:1', null, undefined].some(isAgendaAct)).toBe(false);
});

test('rows left empty are no points', () => {
	expect(filled([...rows, { title: '  ', minutes: '10' }])).toEqual(rows);
});
