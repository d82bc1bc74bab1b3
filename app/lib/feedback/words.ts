// Feedback in words: the questions, and what stands at each place of their scales.
import type { FeedbackQuestion } from '#domain/feedback.ts';
import { m } from '#lib/paraglide/messages.js';

export const feedbackQuestionWords: Record<FeedbackQuestion, () => string> = {
	heard: m.feedback_heard,
	clear: m.feedback_clear,
	again: m.feedback_again,
};

/** From 1 to 5. */
export const feedbackScaleWords: (() => string)[] = [
	m.feedback_scale_1,
	m.feedback_scale_2,
	m.feedback_scale_3,
	m.feedback_scale_4,
	m.feedback_scale_5,
];
