// What the forms of a new and of an edited meeting have in common: their zones, their buttons without JavaScript, their refusals.
import { fail } from '@sveltejs/kit';
import { isAgendaAct, filled, rearranged } from '#domain/agenda.ts';
import { isRefusal } from '#domain/errors.ts';
import { clockTroubles, fieldOf, readForm, type MeetingForm } from '#lib/meetings/form.ts';
import { m } from '#lib/paraglide/messages.js';
import { sentenceOf } from './refusals.ts';

/** Zones to choose from, the city's own and the meeting's first. */
export function timeZones(...first: string[]): string[] {
	return [...new Set([...first, ...Intl.supportedValuesOf('timeZone'), 'UTC'])];
}

/** A button of the agenda, pressed without JavaScript: the same form with its rows arranged, nothing saved. */
export function arranged(form: FormData) {
	const values = readForm(form);
	const act = form.get('act');
	return {
		unsaved: { ...values, agenda: isAgendaAct(act) ? rearranged(values.agenda, act) : values.agenda },
	};
}

/** What stands in the database when somebody else has saved meanwhile. */
type Theirs = { theirs: MeetingForm; updatedAt: string };

/**
 * Saves what a form holds; what is refused comes back with it, beside the field it is about. Times that the clocks skip or strike
 * twice are shown first and saved the second time.
 */
export async function saving(
	form: FormData,
	save: (values: MeetingForm) => Promise<never>,
	whenChanged?: () => Promise<Theirs>,
) {
	const read = readForm(form);
	const values = { ...read, agenda: filled(read.agenda) };
	const { seen } = clockTroubles(values);
	if (seen && form.get('clockSeen') !== seen)
		return fail(400, {
			unsaved: values,
			field: undefined,
			message: m.desk_form_clock_again(),
			conflict: undefined,
		});
	try {
		return await save(values);
	} catch (error) {
		if (!isRefusal(error)) throw error;
		const field = fieldOf(error.field);
		const message = error.code === 'bad-input' && field ? m.desk_form_wrong() : sentenceOf(error.code);
		const conflict = error.code === 'changed-since' ? await whenChanged?.() : undefined;
		return fail(error.status, { unsaved: values, field, message, conflict });
	}
}
