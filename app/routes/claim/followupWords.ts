// How a promise stands, in words for whoever asked for it. Green is for what was confirmed, nothing else.
import type { FollowupState } from '#domain/followups.ts';
import { m } from '#lib/paraglide/messages.js';
import type { BadgeTone } from '#lib/ui/Badge.svelte';

export const stateWords: Record<FollowupState, () => string> = {
	proposed: m.claim_followup_proposed,
	committed: m.claim_followup_committed,
	'in-progress': m.claim_followup_in_progress,
	blocked: m.claim_followup_blocked,
	done: m.claim_followup_done,
	verified: m.claim_followup_verified,
	reopened: m.claim_followup_reopened,
	rejected: m.claim_followup_rejected,
	dropped: m.claim_followup_dropped,
};

export const stateTones: Partial<Record<FollowupState, BadgeTone>> = {
	proposed: 'waiting',
	committed: 'civic',
	'in-progress': 'civic',
	blocked: 'waiting',
	done: 'asks',
	verified: 'good',
	reopened: 'asks',
	rejected: 'danger',
	dropped: 'danger',
};
