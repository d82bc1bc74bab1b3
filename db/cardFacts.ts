// What is counted and decided of the board's cards, as everybody sees it; and telling the halls when it changes.
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { CardFacts } from '#domain/cards.ts';
import { hallRoom } from '#domain/events.ts';
import type { Reader } from './client.ts';
import type { Work } from './command.ts';
import { withMerged } from './concernSources.ts';
import { cardSupports, concernSources } from './schema/index.ts';

/** The facts of a meeting's cards: of these, or of all that somebody supports or that are a concern. */
export async function cardFacts(db: Reader, meetingId: string, keys?: string[]): Promise<CardFacts[]> {
	const supports = await db
		.select({ key: cardSupports.key, count: sql<number>`count(*)::int` })
		.from(cardSupports)
		.where(and(eq(cardSupports.meetingId, meetingId), keys && inArray(cardSupports.key, keys)))
		.groupBy(cardSupports.key);
	const { rows } = await db.execute<{ key: string } & NonNullable<CardFacts['concern']>>(sql`
		with recursive cards(key, id) as (
			select source_id, concern_id from concern_sources where kind = 'card' and meeting_id = ${meetingId}
			union select cards.key, m.into_id from cards join concern_merges m on m.concern_id = cards.id and m.undone_at is null
		) select key, number, state from cards join concerns c on c.id = cards.id where c.state <> 'merged'`);
	const counts = new Map(supports.map(({ key, count }) => [key, count]));
	const concernOf = new Map(rows.map(({ key, ...concern }) => [key, concern]));
	return (keys ?? [...new Set([...counts.keys(), ...concernOf.keys()])]).map((key) => ({
		key,
		supports: counts.get(key) ?? 0,
		concern: concernOf.get(key) ?? null,
	}));
}

/** Keys of the cards of a meeting that a person supports. */
export async function supportedCards(db: Reader, meetingId: string, pseudonyms: string[]): Promise<string[]> {
	if (pseudonyms.length === 0) return [];
	const rows = await db
		.selectDistinct({ key: cardSupports.key })
		.from(cardSupports)
		.where(and(eq(cardSupports.meetingId, meetingId), inArray(cardSupports.supporter, pseudonyms)));
	return rows.map(({ key }) => key);
}

/** Tells a hall what is known of some of its cards now. */
export async function tellCards(work: Work, meetingId: string, keys: string[]): Promise<void> {
	if (keys.length === 0) return;
	work.record(hallRoom(meetingId), 'card:facts', { cards: await cardFacts(work.tx, meetingId, keys) });
}

/** The cards that have become these concerns, by the meetings they are in. */
export async function cardsOf(db: Reader, concernIds: string[]): Promise<Map<string, string[]>> {
	const cards = new Map<string, string[]>();
	for (const id of concernIds) {
		const rows = await db
			.select({ key: concernSources.sourceId, meetingId: concernSources.meetingId })
			.from(concernSources)
			.where(and(eq(concernSources.kind, 'card'), sql`${concernSources.concernId} in (${withMerged(id)})`));
		for (const { key, meetingId } of rows)
			if (meetingId) cards.set(meetingId, [...new Set([...(cards.get(meetingId) ?? []), key])]);
	}
	return cards;
}

/** Tells the halls of all cards that have become these concerns. */
export async function tellCardsOf(work: Work, concernIds: string[]): Promise<void> {
	for (const [meetingId, keys] of await cardsOf(work.tx, concernIds)) await tellCards(work, meetingId, keys);
}
