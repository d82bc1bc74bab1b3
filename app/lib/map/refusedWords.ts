// Why the server did not take a change of the shared map, in words.
import { m } from '#lib/paraglide/messages.js';

const reasons: Record<string, () => string> = {
	'not-yours': m.map_refused_not_yours,
	'reads-only': m.map_refused_reads_only,
	'not-in-form': m.error_outside_boundary,
	'round-not-open': m.error_round_not_open,
	'sign-in': m.error_sign_in_needed,
	'not-found': m.error_not_found,
};

export const refusedInWords = (reason: string): string => (reasons[reason] ?? m.map_refused_other)();
