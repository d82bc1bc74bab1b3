// What people say of a meeting afterwards: three questions, each on a scale that can be left out, and words of their own.
import * as v from 'valibot';

/** Could you hear? Was it clear? Would you come again? */
export const feedbackQuestions = ['heard', 'clear', 'again'] as const;
export type FeedbackQuestion = (typeof feedbackQuestions)[number];

/** 1 is no, 5 is yes. */
export const feedbackScale = [1, 2, 3, 4, 5] as const;
export const mostFeedbackWords = 600;

/** What one person answers; what was left out is null or not there. */
export type FeedbackAnswer = Partial<Record<FeedbackQuestion, number | null>>;

/** Below this nothing of the answers is shown, nor kept: from few answers one could tell whose they are. */
export const leastAnswers = 10;

const onScale = v.optional(v.nullable(v.picklist(feedbackScale)));
export const feedbackInput = v.object({
	meetingId: v.pipe(v.string(), v.uuid()),
	...{ heard: onScale, clear: onScale, again: onScale },
	words: v.optional(
		v.pipe(
			v.string(),
			v.normalize('NFC'),
			v.trim(),
			// Counted as the form counts: an emoji is one.
			v.check((text) => [...text].length <= mostFeedbackWords),
		),
		'',
	),
});

/** `new`: nobody has looked at them. `published`: everybody can read them. `kept`: for the city alone. */
export const feedbackWordStates = ['new', 'published', 'kept'] as const;
export type FeedbackWordState = (typeof feedbackWordStates)[number];
export type FeedbackWords = { id: string; text: string; state: FeedbackWordState };

/** How one question was answered: how many chose 1 to 5; null where fewer than `leastAnswers` answered it. */
export type FeedbackNumbers = { question: FeedbackQuestion; counts: number[] | null };

/** `open`: answers are taken, nothing is shown. `closed`: the numbers, and the words that may be read by everybody. Days are `2026-11-30`. */
export type Feedback =
	| { state: 'open'; lastDay: string | null }
	| { state: 'closed'; closedAt: string; numbers: FeedbackNumbers[]; words: string[] };

export const vetFeedbackInput = v.object({
	wordsId: v.pipe(v.string(), v.uuid()),
	state: v.picklist(['published', 'kept']),
});

/** How many answered a question, and the mean of what they chose. */
export function sumUp(counts: readonly number[]): { people: number; mean: number } {
	const people = counts.reduce((all, count) => all + count, 0);
	const sum = counts.reduce((all, count, i) => all + count * (i + 1), 0);
	return { people, mean: people === 0 ? 0 : sum / people };
}
