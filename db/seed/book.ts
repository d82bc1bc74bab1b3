// The rows of the demo town's concerns and promises, gathered and written table by table: a start does not wait for hundreds of statements.
import { eq } from 'drizzle-orm';
import type { ConcernState } from '#domain/concerns.ts';
import type { Database } from '../client.ts';
import {
	concernEvents,
	concernMerges,
	concerns,
	concernSources,
	followupAnswers,
	followupConcerns,
	followupEvents,
	followupLinks,
	followupMilestones,
	followups,
	followupUpdates,
	pins,
	questions,
} from '../schema/index.ts';

export type Concern = typeof concerns.$inferInsert & {
	id: string;
	state: ConcernState;
	/** It was captured in its meeting: only how it stands is written. */
	isThere: boolean;
};

/** An empty book. */
export const newBook = () => ({
	concerns: [] as Concern[],
	sources: [] as (typeof concernSources.$inferInsert)[],
	concernEvents: [] as (typeof concernEvents.$inferInsert)[],
	merges: [] as (typeof concernMerges.$inferInsert)[],
	followups: [] as (typeof followups.$inferInsert)[],
	answering: [] as (typeof followupConcerns.$inferInsert)[],
	followupEvents: [] as (typeof followupEvents.$inferInsert)[],
	links: [] as (typeof followupLinks.$inferInsert)[],
	milestones: [] as (typeof followupMilestones.$inferInsert)[],
	updates: [] as (typeof followupUpdates.$inferInsert)[],
	answers: [] as (typeof followupAnswers.$inferInsert)[],
});
export type Book = ReturnType<typeof newBook>;

/** Writes everything that is in it. */
export async function writeBook(db: Database, book: Book): Promise<void> {
	await db.insert(concerns).values(book.concerns.filter(({ isThere }) => !isThere));
	for (const { id, isThere, topic, areaId, ownerId } of book.concerns) {
		if (!isThere) continue;
		await db.update(concerns).set({ topic, areaId, ownerId }).where(eq(concerns.id, id));
		// The database lets a concern go from state to state only as it may.
		for (const { to } of book.concernEvents.filter(({ concernId }) => concernId === id))
			if (to) await db.update(concerns).set({ state: to }).where(eq(concerns.id, id));
	}
	await db.insert(concernSources).values(book.sources);
	for (const { kind, sourceId, concernId } of book.sources) {
		const concern = book.concerns.find(({ id }) => id === concernId)!.number;
		if (kind === 'pin') await db.update(pins).set({ concern }).where(eq(pins.id, sourceId));
		else await db.update(questions).set({ concern }).where(eq(questions.id, sourceId));
	}
	await db.insert(concernEvents).values(book.concernEvents);
	await db.insert(concernMerges).values(book.merges);
	await db.insert(followups).values(book.followups);
	await db.insert(followupConcerns).values(book.answering);
	await db.insert(followupEvents).values(book.followupEvents);
	await db.insert(followupLinks).values(book.links);
	await db.insert(followupMilestones).values(book.milestones);
	await db.insert(followupUpdates).values(book.updates);
	await db.insert(followupAnswers).values(book.answers);
}
