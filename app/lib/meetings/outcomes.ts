// Outcomes of questions and concerns in words.
import type { Disposition } from '#domain/questions.ts';
import { m } from '#lib/paraglide/messages.js';

export const outcomeWords: Record<Disposition, () => string> = {
	answered: m.outcome_answered,
	'follow-up': m.outcome_follow_up,
	referred: m.outcome_referred,
	declined: m.outcome_declined,
	'carried-over': m.outcome_carried_over,
};
