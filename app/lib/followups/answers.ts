// "Is it fixed?" in words: the answers, what they do, what came of one.
import { answersThatCount, type Answer, type FollowupState } from '#domain/followups.ts';
import { m } from '#lib/paraglide/messages.js';

export const answerWords: Record<Answer, () => string> = {
	fixed: m.answer_fixed,
	'not-fixed': m.answer_not_fixed,
	'cannot-tell': m.answer_cannot_tell,
};

/** What the answer of somebody who is asked will do. */
export function whatItDoes(state: FollowupState, isAsker: boolean): string {
	if (state === 'verified')
		return isAsker ? m.answer_does_after() : m.answer_does_after_together({ count: answersThatCount });
	return isAsker ? m.answer_does() : m.answer_does_together({ count: answersThatCount });
}

/** What became of it by an answer that was just given. @param state how it stands now */
export function whatCameOfIt(state: FollowupState, answer: Answer | undefined): string {
	if (state === 'reopened') return m.answer_came_reopened();
	if (state === 'verified' && answer === 'fixed') return m.answer_came_verified();
	return m.answer_came_counted();
}
