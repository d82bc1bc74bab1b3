// The states of a concern in words.
import type { ConcernState } from '#domain/concerns.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Locale } from '#lib/paraglide/runtime.js';

/** In the reader's language, or in one that is named. */
export type Spoken = (values?: object, options?: { locale?: Locale }) => string;

export const concernStateWords: Record<ConcernState, Spoken> = {
	published: m.concern_state_published,
	acknowledged: m.concern_state_acknowledged,
	accepted: m.concern_state_accepted,
	declined: m.concern_state_declined,
	referred: m.concern_state_referred,
	'in-progress': m.concern_state_in_progress,
	resolved: m.concern_state_resolved,
	confirmed: m.concern_state_confirmed,
	reopened: m.concern_state_reopened,
	merged: m.concern_state_merged,
};
