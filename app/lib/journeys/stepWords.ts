// What happened at a step, in a few words.
import type { ConcernSourceKind, ConcernState } from '#domain/concerns.ts';
import type { PromiseChange, Step } from '#domain/journeys.ts';
import { dayInWords, declineWords, promiseWordNames } from '#lib/followups/words.ts';
import { m } from '#lib/paraglide/messages.js';

const said: Record<ConcernSourceKind, () => string> = {
	question: m.journey_said_question,
	card: m.journey_said_card,
	pin: m.journey_said_pin,
	caption: m.journey_said_caption,
	poll: m.journey_said_poll,
	staff: m.journey_said_staff,
};

const concernMoves: Partial<Record<ConcernState, () => string>> = {
	acknowledged: m.journey_acknowledged,
	accepted: m.journey_accepted,
	resolved: m.journey_resolved,
	confirmed: m.journey_confirmed,
	reopened: m.journey_concern_reopened,
};

/** The heading of a step. */
export function stepInWords(step: Step): string {
	switch (step.kind) {
		case 'said':
			return said[step.source]();
		case 'captured':
			return m.journey_captured({ number: step.concern });
		case 'merged':
			return m.journey_merged({ number: step.other });
		case 'parted':
			return m.journey_parted({ number: step.other });
		case 'concern-moved':
			if (step.to === 'declined')
				return m.journey_declined({ reason: declineWords[step.reason ?? 'other']() });
			if (step.to === 'referred') return m.journey_referred({ agency: step.agency ?? '' });
			return concernMoves[step.to]?.() ?? '';
		case 'proposed':
			return m.journey_proposed({ number: step.followup });
		case 'due-changed':
			return m.journey_due_changed({ before: dayInWords(step.before), after: dayInWords(step.after) });
		case 'changed':
			return m.journey_changed();
		case 'reached':
			return m.journey_reached();
		case 'update':
			return m.journey_update();
		case 'moved':
			return moved(step);
	}
}

/** What a promise said before a change and says since, for where there is but one text. */
export const changesInWords = (changes: PromiseChange[]): string =>
	changes
		.map(({ name, before, after }) => `${promiseWordNames[name]()}: “${before}” → “${after}”`)
		.join('\n');

function moved({ from, to, byCity, dueOn, unit, reviewOn }: Extract<Step, { kind: 'moved' }>): string {
	switch (to) {
		case 'committed':
			return m.journey_committed({ day: dueOn ? dayInWords(dueOn) : '–', unit: unit ?? '–' });
		case 'in-progress':
			return from === 'committed' ? m.journey_in_progress() : m.journey_resumed();
		case 'blocked':
			return m.journey_blocked({ day: reviewOn ? dayInWords(reviewOn) : '–' });
		case 'done':
			return m.journey_done();
		case 'verified':
			return byCity ? m.journey_verified_city() : m.journey_verified();
		case 'reopened':
			return byCity ? m.journey_reopened_city() : m.journey_reopened();
		case 'rejected':
			return m.journey_rejected();
		default:
			return m.journey_dropped();
	}
}
