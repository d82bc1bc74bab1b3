// How the demo town’s evenings were, in the words of some who were there.
import { feedbackScale } from '#domain/feedback.ts';
import type { Actor } from '#domain/people.ts';
import type { Database } from '../client.ts';
import { closeFeedback, giveFeedback } from '../feedback.ts';
import { feedbackWordsOf, vetFeedback } from '../feedbackReads.ts';

/** A browser that had the hall open. */
export const demoVisitor = (n: number): Actor => ({
	guest: `demo visitor ${n}`,
	guestSince: 0,
	account: null,
});

const words = [
	'The interpreter was easy to find. Thank you.',
	'Could the microphone go around faster?',
	'First time I got an answer with a date.',
];

/** Places in the scale, in turn. */
const heard = [4, 3, 4, 2, 4, 3, 4, 0, 4, 3];
const clear = [3, 4, 4, 2, 3, 4, 1];

/** Every third says how it was, most of them content; fewer say whether they would come again. */
export async function sayHowItWas(db: Database, meetingId: string, visitors: number): Promise<void> {
	for (let n = 0; n * 3 < visitors; n++)
		await giveFeedback(db, demoVisitor(n * 3), {
			meetingId,
			heard: feedbackScale[heard[n % heard.length]!]!,
			clear: feedbackScale[clear[n % clear.length]!]!,
			again: n % 3 === 0 ? null : feedbackScale[n % 7 === 0 ? 2 : 4]!,
			words: words[n] ?? '',
		});
}

/** Where the time is over the numbers are out, and a moderator has published what was said. */
export async function closeDemoFeedback(
	db: Database,
	by: Actor,
	meetingIds: readonly string[],
	now: Date,
): Promise<void> {
	await closeFeedback(db, now);
	for (const meetingId of meetingIds)
		for (const { id, text } of await feedbackWordsOf(db, by, meetingId))
			await vetFeedback(db, by, { wordsId: id, state: text === words[1] ? 'kept' : 'published' });
}
