// What is counted and decided of the board's cards, beside the document they are written in: supports, where a card comes from, its concern.
import * as v from 'valibot';
import { cardKey } from './board.ts';
import type { ConcernState } from './concerns.ts';

/** What is known of a card beside its words, as everybody sees it. */
export type CardFacts = {
	key: string;
	supports: number;
	/** The concern that was made of it, with the state it is in; null while it is only a card. */
	concern: { number: string; state: ConcernState } | null;
};

/** Where a card can be captured from. */
export const capturedKinds = ['question', 'caption', 'pin'] as const;
export type CapturedKind = (typeof capturedKinds)[number];

const meetingId = v.pipe(v.string(), v.uuid());
const key = v.pipe(v.string(), v.regex(cardKey));

export const cardInput = v.object({ meetingId, key });
export const cardSupportInput = v.object({ meetingId, key, on: v.boolean() });
/** `id`: of the question, the caption or the pin. */
export const captureCardInput = v.object({
	meetingId,
	kind: v.picklist(capturedKinds),
	id: v.pipe(v.string(), v.uuid()),
});

/** The facts of one card, also of one that nobody has supported yet. */
export const factsOfCard = (facts: readonly CardFacts[], cardKey: string): CardFacts =>
	facts.find((one) => one.key === cardKey) ?? { key: cardKey, supports: 0, concern: null };
