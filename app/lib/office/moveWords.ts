// Moves of a follow-up in words, and what each asks for.
import { followupMoves, type FollowupState, type Need } from '#domain/followups.ts';
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

/** What a move asks to be said in words; null where it asks for none. */
export function textAskedBy(needs: readonly Need[]): string | null {
	if (needs.includes('evidence')) return m.office_move_evidence();
	if (needs.includes('check')) return m.office_move_check();
	return needs.includes('reason') ? m.office_move_reason() : null;
}

/** Where it can be moved to from here. */
export const movesFrom = (state: FollowupState) => Object.keys(followupMoves[state]) as FollowupState[];
