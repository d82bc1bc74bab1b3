// Who is given the words of a claim code: whoever asked the question or wrote the card, and nobody else. They stand in no event and no row.
import { and, eq, inArray, isNotNull } from 'drizzle-orm';
import type * as v from 'valibot';
import { readBoard } from '#domain/board.ts';
import { cardInput } from '#domain/cards.ts';
import type { ClaimWords } from '#domain/claims.ts';
import { authorOf } from '#domain/documents.ts';
import { Refusal } from '#domain/errors.ts';
import type { Actor } from '#domain/people.ts';
import { can } from '#domain/policy.ts';
import type { askInput, OwnQuestion } from '#domain/questions.ts';
import { cardClaim, hasClaim } from './cardCopies.ts';
import { claimWords } from './claims.ts';
import type { Database, Reader } from './client.ts';
import { checked } from './command.ts';
import { documentIn } from './documents.ts';
import { pseudonymsIn } from './identity.ts';
import { askQuestion } from './questions.ts';
import { meetings, questions } from './schema/index.ts';

/** Asks a question and gives its asker the words to come back with. The words are made after it is saved, so that no repetition keeps them. */
export async function askWithClaim(
	db: Database,
	actor: Actor,
	input: v.InferInput<typeof askInput>,
	id?: string,
): Promise<OwnQuestion & { claim: ClaimWords }> {
	const question = await askQuestion(db, actor, input, id);
	return { ...question, claim: claimWords(`question:${question.id}`) };
}

/** The words of a person's own questions in a meeting, by the question's id. */
export async function ownClaims(
	db: Reader,
	meetingId: string,
	pseudonyms: string[],
): Promise<Record<string, ClaimWords>> {
	if (pseudonyms.length === 0) return {};
	const rows = await db
		.select({ id: questions.id })
		.from(questions)
		.where(
			and(
				eq(questions.meetingId, meetingId),
				inArray(questions.author, pseudonyms),
				isNotNull(questions.claim),
			),
		);
	return Object.fromEntries(rows.map(({ id }) => [id, claimWords(`question:${id}`)]));
}

/**
 * The words of a card, for the resident who wrote it. What was captured onto the board has none: its question or pin has.
 * @throws Refusal not-found (also for somebody else's)
 */
export async function claimOfCard(
	db: Database,
	actor: Actor,
	input: v.InferInput<typeof cardInput>,
): Promise<ClaimWords> {
	const { meetingId, key } = checked(cardInput, input);
	const [meeting] = await db.select().from(meetings).where(eq(meetings.id, meetingId));
	if (!meeting || !can(actor, 'board:read', meeting)) throw new Refusal('not-found');
	if (!pseudonymsIn(meetingId, actor, 'board').all.includes(authorOf(key))) throw new Refusal('not-found');
	const doc = await db.transaction((tx) => documentIn(tx, { kind: 'board', id: meetingId }));
	const card = readBoard(doc).cards.find((one) => one.key === key);
	doc.destroy();
	if (!card || !hasClaim(card.kind, card.source.kind)) throw new Refusal('not-found');
	return claimWords(cardClaim(meetingId, key));
}
