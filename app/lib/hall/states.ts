// The states of questions in words, for everybody and for the asker.
import type { DeclineReason, OwnQuestion, QuestionState } from '#domain/questions.ts';
import { m } from '#lib/paraglide/messages.js';
import type { BadgeTone } from '#lib/ui/Badge.svelte';

const own: Record<QuestionState, () => string> = {
	submitted: m.hall_own_submitted,
	held: m.hall_own_held,
	published: m.hall_own_published,
	'on-air': m.hall_own_on_air,
	answered: m.hall_own_answered,
	declined: m.hall_own_declined,
	merged: m.hall_own_merged,
	deferred: m.hall_own_deferred,
	withdrawn: m.hall_own_withdrawn,
	'carried-over': m.hall_own_carried_over,
	unanswered: m.hall_own_unanswered,
};

/** What has become of one's own question, as a short sentence. */
export function ownStateInWords({ state }: Pick<OwnQuestion, 'state'>): string {
	return own[state]();
}

export const ownTones: Record<QuestionState, BadgeTone> = {
	submitted: 'waiting',
	held: 'waiting',
	published: 'civic',
	'on-air': 'live',
	answered: 'good',
	declined: 'danger',
	merged: 'plain',
	deferred: 'plain',
	withdrawn: 'plain',
	'carried-over': 'plain',
	unanswered: 'plain',
};

const rules: Record<DeclineReason, () => string> = {
	'off-topic': m.hall_rule_off_topic,
	duplicate: m.hall_rule_duplicate,
	'personal-data': m.hall_rule_personal_data,
	insult: m.hall_rule_insult,
	'ongoing-case': m.hall_rule_ongoing_case,
	'not-a-question': m.hall_rule_not_a_question,
	other: m.hall_rule_other,
};

/** The rule by which a question was declined. */
export function ruleInWords(reason: DeclineReason): string {
	return rules[reason]();
}
