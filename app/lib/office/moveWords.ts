// Moves of a follow-up in words, and what each asks for.
import { followupMoves, type DeskFollowup, type FollowupState, type Need } from '#domain/followups.ts';
import { m } from '#lib/paraglide/messages.js';

/** What the button of a move says. */
export function moveInWords(from: FollowupState, to: FollowupState): string {
	switch (to) {
		case 'committed':
			return m.office_move_committed();
		case 'in-progress':
			return from === 'committed' ? m.office_move_in_progress() : m.office_move_resume();
		case 'blocked':
			return m.office_move_blocked();
		case 'done':
			return m.office_move_done();
		case 'verified':
			return m.office_move_verified();
		case 'reopened':
			return m.office_move_reopened();
		case 'rejected':
			return m.office_move_rejected();
		default:
			return m.office_move_dropped();
	}
}

/** What a move of a follow-up asks to be said in words, and who reads that; null where it asks for none. */
export function textAskedBy(
	needs: readonly Need[],
	{ visibility }: Pick<DeskFollowup, 'visibility'>,
): { label: string; hint: string } | null {
	const isInternal = visibility === 'internal';
	const hint = isInternal ? m.office_internal_hint() : m.office_answer_text_hint();
	if (needs.includes('evidence'))
		return isInternal
			? { label: m.office_move_evidence_internal(), hint }
			: { label: m.office_move_evidence(), hint: m.office_move_done_hint() };
	if (needs.includes('check')) return { label: m.office_move_check(), hint };
	if (!needs.includes('reason')) return null;
	return { label: isInternal ? m.office_move_reason_internal() : m.office_move_reason(), hint };
}

/** Where it can be moved to from here. */
export const movesFrom = (state: FollowupState) => Object.keys(followupMoves[state]) as FollowupState[];
