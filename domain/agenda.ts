// The rows of an agenda while it is being written: added, taken away, moved. The same in the browser and without one.

/** A row as it stands in the form: nothing is checked yet. */
export type AgendaRow = { title: string; minutes: string };

/** What a button of the agenda does; the number is the row's place, from 0. */
export type AgendaAct = 'add' | `remove:${number}` | `up:${number}` | `down:${number}`;

export const agendaMaxLength = 40;
const usualMinutes = '10';

export function isAgendaAct(value: unknown): value is AgendaAct {
	return typeof value === 'string' && /^(add|(remove|up|down):\d{1,2})$/.test(value);
}

/** The rows after a button was pressed; an act that is not possible changes nothing. */
export function rearranged(rows: readonly AgendaRow[], act: AgendaAct): AgendaRow[] {
	if (act === 'add')
		return rows.length < agendaMaxLength ? [...rows, { title: '', minutes: usualMinutes }] : [...rows];
	const [verb, place] = act.split(':') as ['remove' | 'up' | 'down', string];
	const at = Number(place);
	if (verb === 'remove') return rows.filter((_row, i) => i !== at);
	const to = verb === 'up' ? at - 1 : at + 1;
	const [row, other] = [rows[at], rows[to]];
	return row && other ? rows.with(at, other).with(to, row) : [...rows];
}

/** Rows without those that were left empty. */
export function filled(rows: readonly AgendaRow[]): AgendaRow[] {
	return rows.filter(({ title }) => title.trim() !== '');
}
