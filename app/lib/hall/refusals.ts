// What the server refused, in the reader's words. Each message is named, so that the browser loads these and no others.
import type { Acknowledged } from '#domain/events.ts';
import { m } from '#lib/paraglide/messages.js';

type Refused = Extract<Acknowledged, { ok: false }>;

const sentences: Partial<Record<Refused['code'], () => string>> = {
	'bad-input': m.error_bad_input,
	'not-found': m.error_not_found,
	'sign-in-needed': m.error_sign_in_needed,
	forbidden: m.error_forbidden,
	blocked: m.error_blocked,
	'too-fast': m.error_too_fast,
	'slow-mode': m.error_slow_mode,
	'too-large': m.error_too_large,
	'database-away': m.error_database_away,
	'meeting-not-live': m.error_meeting_not_live,
	'meeting-state': m.error_meeting_state,
	'questions-closed': m.error_questions_closed,
	'anonymous-not-allowed': m.error_anonymous_not_allowed,
	'question-state': m.error_question_state,
	'own-question': m.error_own_question,
	'own-card': m.error_own_card,
	'card-empty': m.error_card_empty,
	'nothing-to-undo': m.error_nothing_to_undo,
	'votes-frozen': m.error_votes_frozen,
	'poll-state': m.error_poll_state,
	'poll-closed': m.error_poll_closed,
	'poll-open-already': m.error_poll_open_already,
	'poll-voted-with-account': m.error_poll_voted_with_account,
	'stage-closed': m.error_stage_closed,
	'stage-away': m.error_stage_away,
	'stage-missing': m.error_stage_missing,
	'speaker-state': m.error_speaker_state,
	unanswered: m.hall_unanswered,
};

/** A sentence for a refusal: what happened, whether something was lost, what to do now. */
export function refusalInWords({ code }: Pick<Refused, 'code'>): string {
	return (sentences[code] ?? m.hall_failed)();
}
