// Captions of a hall: written line by line, shown at once, kept with the time at which they were said.
import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { captionInput, keptCaptions, type Caption } from '#domain/captions.ts';
import { Refusal } from '#domain/errors.ts';
import { hallRoom } from '#domain/events.ts';
import { authorize } from '#domain/policy.ts';
import type { Reader } from './client.ts';
import { command } from './command.ts';
import { captions, meetings } from './schema/index.ts';

/** Writes a line, while the meeting is live. @throws Refusal not-found, forbidden, meeting-not-live */
export const writeCaption = command(
	captionInput,
	async (work, { meetingId, language, text, typedForMs }): Promise<Caption> => {
		authorize(work.actor, 'caption:write');
		const [meeting] = await work.tx.select().from(meetings).where(eq(meetings.id, meetingId));
		if (!meeting) throw new Refusal('not-found');
		if (meeting.state !== 'live') throw new Refusal('meeting-not-live');
		const [row] = await work.tx
			.insert(captions)
			.values({ meetingId, language, text, at: sql`now() - ${typedForMs} * interval '1 millisecond'` })
			.returning();
		const caption = captionView(row!);
		work.record(hallRoom(meetingId), 'caption:written', { caption });
		return caption;
	},
);

/** The last lines of a hall in all languages, in the order they were written. */
export async function lastCaptions(db: Reader, meetingId: string): Promise<Caption[]> {
	const rows = await db
		.select()
		.from(captions)
		.where(eq(captions.meetingId, meetingId))
		.orderBy(desc(captions.writtenAt), desc(captions.id))
		.limit(keptCaptions);
	return rows.toReversed().map(captionView);
}

/** All lines of a meeting in a language, in the order they were said. */
export async function captionsIn(db: Reader, meetingId: string, language: string): Promise<Caption[]> {
	const rows = await db
		.select()
		.from(captions)
		.where(and(eq(captions.meetingId, meetingId), eq(captions.language, language)))
		.orderBy(asc(captions.at), asc(captions.id));
	return rows.map(captionView);
}

/** All lines of a meeting in all languages, in the order they were said. */
export async function captionsOf(db: Reader, meetingId: string): Promise<Caption[]> {
	const rows = await db
		.select()
		.from(captions)
		.where(eq(captions.meetingId, meetingId))
		.orderBy(asc(captions.at), asc(captions.id));
	return rows.map(captionView);
}

/** The languages in which a meeting has captions. */
export async function captionLanguages(db: Reader, meetingId: string): Promise<string[]> {
	const rows = await db
		.selectDistinct({ language: captions.language })
		.from(captions)
		.where(eq(captions.meetingId, meetingId))
		.orderBy(asc(captions.language));
	return rows.map(({ language }) => language);
}

/** A line as everybody sees it. */
export function captionView({ id, language, text, at }: typeof captions.$inferSelect): Caption {
	return { id, language, text, at: at.toISOString() };
}
