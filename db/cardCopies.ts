// The rows of a board's cards: copied one way from the document, for search, statistics and export.
import { and, eq, notInArray, sql } from 'drizzle-orm';
import { readBoard, unreadableCards, type Card } from '#domain/board.ts';
import { documentName } from '#domain/documents.ts';
import { claimDigestOf } from './claims.ts';
import type { Transaction } from './client.ts';
import { documentIn, lockDocument } from './documents.ts';
import { boardCards } from './schema/index.ts';

type CardRow = typeof boardCards.$inferInsert;

/**
 * Makes the rows of a board what its document says; nothing is written into the document meanwhile.
 * @returns keys of the cards that are not in the form they should have: they have no row
 */
export async function copyCards(tx: Transaction, meetingId: string): Promise<string[]> {
	const place = { kind: 'board', id: meetingId } as const;
	await lockDocument(tx, documentName(place));
	const doc = await documentIn(tx, place);
	const cards = readBoard(doc).cards.map(({ source, ...card }): CardRow => {
		const { key, author, kind, column, order, text, colour, theme } = card;
		return {
			...{ meetingId, key, author, kind, column, order, text, colour, theme },
			sourceKind: source.kind,
			sourceId: source.id,
			saidAtSecond: source.at ?? null,
			claim: hasClaim(card.kind, source.kind) ? claimDigestOf(cardClaim(meetingId, key)) : null,
		};
	});
	const keys = cards.map(({ key }) => key);
	await tx
		.delete(boardCards)
		.where(
			and(
				eq(boardCards.meetingId, meetingId),
				keys.length > 0 ? notInArray(boardCards.key, keys) : undefined,
			),
		);
	if (cards.length > 0)
		await tx
			.insert(boardCards)
			.values(cards)
			.onConflictDoUpdate({
				target: [boardCards.meetingId, boardCards.key],
				set: Object.fromEntries(changing.map((name) => [name, sql.raw(`excluded."${name}"`)])),
				setWhere: sql.raw(
					`(${changing.map((name) => `board_cards."${name}"`).join(', ')}) is distinct from (${changing.map((name) => `excluded."${name}"`).join(', ')})`,
				),
			});
	const unreadable = unreadableCards(doc);
	doc.destroy();
	return unreadable;
}

/** Whose a card is and where it comes from stays. */
const changing = ['column', 'order', 'text', 'colour', 'theme', 'claim'] as const;

/** Only what a resident has typed has an author to come back to it. */
export const hasClaim = (kind: Card['kind'], source: Card['source']['kind']): boolean =>
	kind === 'resident' && source === 'typed';

/** What the claim code of a card is made of. */
export const cardClaim = (meetingId: string, key: string): string => `card:${meetingId}:${key}`;
