// "Is it fixed?" in words: the answers, what they do, what came of one.
import type { Answer, Followup } from '#domain/followups.ts';
import { m } from '#lib/paraglide/messages.js';

export const answerWords: Record<Answer, () => string> = {
	fixed: m.answer_fixed,
	'not-fixed': m.answer_not_fixed,
	'cannot-tell': m.answer_cannot_tell,
};

/** What the answer of somebody who is asked will do. @param count so many supporters decide */
export function whatItDoes(
	{ state, concerns }: Pick<Followup, 'state' | 'concerns'>,
	isAsker: boolean,
	count: number,
): string {
	// What was verified stays so. It is its concern that is opened again; without one the city sees it in its inbox.
	if (state === 'verified' && concerns.length === 0)
		return isAsker ? m.answer_does_seen() : m.answer_does_seen_together({ count });
	if (state === 'verified') return isAsker ? m.answer_does_after() : m.answer_does_after_together({ count });
	return isAsker ? m.answer_does() : m.answer_does_together({ count });
}

/** What became of it by an answer that was just given. @param state how it stands now */
export function whatCameOfIt(state: Followup['state'], answer: Answer | undefined): string {
	if (state === 'reopened') return m.answer_came_reopened();
	if (state === 'verified' && answer === 'fixed') return m.answer_came_verified();
	return m.answer_came_counted();
}
