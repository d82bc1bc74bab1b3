// The map's own words: kinds of pin in the reader's language, what the city does about one, what became of one's own.
import type { BaseMap } from '#domain/baseMap.ts';
import type { PinEntry, PinReason, PinState, PinVetting } from '#domain/pins.ts';
import { categoryOf, type Round, type RoundState, type Words } from '#domain/rounds.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';

/** Words that the city wrote, in the reader's language. */
export const inWords = (words: Words): string => words[getLocale()];

/** What a pin is of; its key where the round does not know it any more. */
export function labelOf(round: Pick<Round, 'categories'>, key: string): string {
	const category = categoryOf(round, key);
	return category ? inWords(category.label) : key;
}

export const stateWords: Record<PinState, () => string> = {
	open: m.map_state_open,
	'looking-into': m.map_state_looking_into,
	'acted-on': m.map_state_acted_on,
	'not-ours': m.map_state_not_ours,
};

export const vettingWords: Record<PinVetting, () => string> = {
	held: m.map_vetting_held,
	published: m.map_vetting_published,
	declined: m.map_vetting_declined,
	removed: m.map_vetting_removed,
	withdrawn: m.map_vetting_withdrawn,
};

export const reasonWords: Record<PinReason, () => string> = {
	'personal-data': m.map_reason_personal_data,
	'names-somebody': m.map_reason_names_somebody,
	insult: m.map_reason_insult,
	'off-topic': m.map_reason_off_topic,
	double: m.map_reason_double,
	unreadable: m.map_reason_unreadable,
};

export const kindWords: Record<PinEntry['kind'], () => string> = {
	resident: m.map_kind_resident,
	moderator: m.map_kind_moderator,
	staff: m.map_kind_staff,
};

export const roundWords: Record<RoundState, () => string> = {
	planned: m.map_round_planned,
	open: m.map_round_open,
	closed: m.map_round_closed,
	reported: m.map_round_reported,
};

/** What can be typed as a place: streets are known of the bundled town alone. */
export const whereHint = (base: BaseMap): string =>
	base.kind === 'town' ? m.map_where_hint() : m.map_where_hint_coordinates();

/** A pin in a few words: what it is of and how its note begins. */
export function titleOf(round: Pick<Round, 'categories'>, pin: Pick<PinEntry, 'category' | 'note'>): string {
	const label = labelOf(round, pin.category);
	if (!pin.note) return label;
	return `${label}: ${pin.note.length > 60 ? `${pin.note.slice(0, 60)}…` : pin.note}`;
}
