// What the desk's sections, states, deeds, reasons and refusals are called.
import type { DeskDeed, DeskFlag, DeskSection } from '#domain/desk.ts';
import type { RefusalCode } from '#domain/errors.ts';
import type { Change } from '#domain/events.ts';
import type { BlockReason, DeclineReason, DeskQuestion, Order, QuestionState } from '#domain/questions.ts';
import { m } from '#lib/paraglide/messages.js';

export const sectionNames: Record<DeskSection, () => string> = {
	waiting: m.queue_section_waiting,
	published: m.queue_section_published,
	'on-air': m.queue_section_on_air,
	answered: m.queue_section_answered,
	later: m.queue_section_later,
	declined: m.queue_section_declined,
	merged: m.queue_section_merged,
};

export const emptyTexts: Record<DeskSection, () => string> = {
	waiting: m.queue_empty_waiting,
	published: m.queue_empty_published,
	'on-air': m.queue_empty_on_air,
	answered: m.queue_empty_answered,
	later: m.queue_empty_later,
	declined: m.queue_empty_declined,
	merged: m.queue_empty_merged,
};

export const stateNames: Record<QuestionState, () => string> = {
	submitted: m.queue_state_submitted,
	held: m.queue_state_held,
	published: m.queue_state_published,
	'on-air': m.queue_state_on_air,
	answered: m.queue_state_answered,
	declined: m.queue_state_declined,
	merged: m.queue_state_merged,
	deferred: m.queue_state_deferred,
	withdrawn: m.queue_state_withdrawn,
	'carried-over': m.queue_state_carried_over,
	unanswered: m.queue_state_unanswered,
};

export const orderNames: Record<Order, () => string> = {
	top: m.queue_order_top,
	newest: m.queue_order_newest,
	oldest: m.queue_order_oldest,
	rising: m.queue_order_rising,
};

export const flagNames: Record<DeskFlag, () => string> = {
	'flag:suspect': m.queue_filter_suspect,
	'flag:held': m.queue_filter_held,
	'flag:blocked': m.queue_filter_blocked,
};

/** What a button says; some say the opposite once it was done. */
export function deedName(deed: DeskDeed, question: DeskQuestion | null, isMine = false): string {
	if (deed === 'pin' && question?.pinned) return m.queue_deed_unpin();
	if (deed === 'freeze' && question?.votesFrozen) return m.queue_deed_thaw();
	if (deed === 'set-aside' && question && question.votesAside > 0) return m.queue_deed_count_again();
	if (deed === 'block' && question?.authorBlocked) return m.queue_deed_unblock();
	if (deed === 'claim' && isMine) return m.queue_deed_release();
	return deedNames[deed]();
}

export const deedNames: Record<DeskDeed, () => string> = {
	publish: m.queue_deed_publish,
	decline: m.queue_deed_decline,
	hold: m.queue_deed_hold,
	'put-on-air': m.queue_deed_put_on_air,
	'take-off-air': m.queue_deed_take_off_air,
	'answer-live': m.queue_deed_answer_live,
	'answer-in-writing': m.queue_deed_answer_in_writing,
	merge: m.queue_deed_merge,
	unmerge: m.queue_deed_unmerge,
	reopen: m.queue_deed_reopen,
	pin: m.queue_deed_pin,
	label: m.queue_deed_label,
	capture: m.queue_deed_capture,
	'to-board': m.queue_deed_to_board,
	defer: m.queue_deed_defer,
	'carry-over': m.queue_deed_carry_over,
	'leave-unanswered': m.queue_deed_leave_unanswered,
	claim: m.queue_deed_claim,
	freeze: m.queue_deed_freeze,
	'set-aside': m.queue_deed_set_aside,
	block: m.queue_deed_block,
};

/** A change as the desk names it: some go one way and the other. */
export type Word =
	Change | 'on-board' | 'unpinned' | 'frozen' | 'thawed' | 'set-aside' | 'counted-again' | 'lifted';

/** Which way a change went, by what the question is now. */
export function wordFor(change: Change, question: DeskQuestion): Word {
	if (change === 'pinned' && !question.pinned) return 'unpinned';
	if (change === 'blocked' && !question.authorBlocked) return 'lifted';
	return change;
}

/** What has happened to some questions ("#12", "3 questions"), for the toast and for other moderators' news. */
export const changeWords: Record<Word, ((inputs: { what: string }) => string) | null> = {
	asked: null,
	published: m.queue_done_published,
	held: m.queue_done_held,
	declined: m.queue_done_declined,
	'on-air': m.queue_done_on_air,
	'off-air': m.queue_done_off_air,
	answered: m.queue_done_answered,
	reopened: m.queue_done_reopened,
	merged: m.queue_done_merged,
	unmerged: m.queue_done_unmerged,
	deferred: m.queue_done_deferred,
	'carried-over': m.queue_done_carried_over,
	unanswered: m.queue_done_unanswered,
	withdrawn: m.queue_done_withdrawn,
	labelled: m.queue_done_labelled,
	pinned: m.queue_done_pinned,
	captured: m.queue_done_captured,
	claimed: null,
	blocked: m.queue_done_blocked,
	counted: m.queue_done_counted,
	disposed: null,
	undone: m.queue_done_undone,
	'on-board': m.queue_done_on_board,
	unpinned: m.queue_done_unpinned,
	frozen: m.queue_done_frozen,
	thawed: m.queue_done_thawed,
	'set-aside': m.queue_done_set_aside,
	'counted-again': m.queue_done_counted_again,
	lifted: m.queue_done_lifted,
};

export const declineNames: Record<DeclineReason, () => string> = {
	'off-topic': m.queue_reason_off_topic,
	duplicate: m.queue_reason_duplicate,
	'personal-data': m.queue_reason_personal_data,
	insult: m.queue_reason_insult,
	'ongoing-case': m.queue_reason_ongoing_case,
	'not-a-question': m.queue_reason_not_a_question,
	other: m.queue_reason_other,
};

export const blockNames: Record<BlockReason, () => string> = {
	insults: m.queue_block_insults,
	spam: m.queue_block_spam,
	threats: m.queue_block_threats,
	impersonation: m.queue_block_impersonation,
	other: m.queue_block_other,
};

const refusalWords: Partial<Record<RefusalCode | 'failed' | 'unanswered', () => string>> = {
	forbidden: m.error_forbidden,
	'sign-in-needed': m.error_sign_in_needed,
	'second-factor-needed': m.error_second_factor_needed,
	'not-found': m.error_not_found,
	'bad-input': m.error_bad_input,
	'too-fast': m.error_too_fast,
	'database-away': m.error_database_away,
	'meeting-not-live': m.error_meeting_not_live,
	'meeting-state': m.error_meeting_state,
	'question-state': m.error_question_state,
	'reason-needed': m.error_reason_needed,
	'merge-loop': m.error_merge_loop,
	'nothing-to-undo': m.error_nothing_to_undo,
	'claimed-by-other': m.error_claimed_by_other,
};

/** Why something was not done. */
export function refusalWord(code: string): string {
	return (refusalWords[code as RefusalCode] ?? m.queue_failed)();
}
