// Corrections of captions: each is a version with who and when; everybody reads the newest, those of the city the older ones too.
import { and, asc, desc, eq, ilike, inArray, max, sql } from 'drizzle-orm';
import { correctCaptionInput, type Caption, type CaptionVersion } from '#domain/captions.ts';
import { Refusal } from '#domain/errors.ts';
import { hallRoom } from '#domain/events.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { captionView } from './captions.ts';
import type { Reader } from './client.ts';
import { command } from './command.ts';
import { captions, captionVersions, people } from './schema/index.ts';

/**
 * Corrects a line; what it said until now is kept. The same words again change nothing.
 * @returns the line as it is now
 * @throws Refusal not-found, forbidden, changed-since (`version` is not the newest: somebody else has corrected it)
 */
export const correctCaption = command(
	correctCaptionInput,
	async (work, { captionId, version, text }): Promise<Caption> => {
		authorize(work.actor, 'caption:correct');
		const { tx } = work;
		const [row] = await tx.select().from(captions).where(eq(captions.id, captionId)).for('update');
		if (!row) throw new Refusal('not-found');
		if (row.text === text) return captionView(row);
		const [newest] = await tx
			.select({ version: max(captionVersions.version) })
			.from(captionVersions)
			.where(eq(captionVersions.captionId, captionId));
		const known = newest?.version ?? 1;
		if (version !== known) throw new Refusal('changed-since');
		if (known === 1)
			await tx
				.insert(captionVersions)
				.values({ captionId, version: 1, text: row.text, writtenAt: row.writtenAt });
		await tx
			.insert(captionVersions)
			.values({ captionId, version: known + 1, text, writtenById: work.actor.account?.id ?? null });
		const [after] = await tx.update(captions).set({ text }).where(eq(captions.id, captionId)).returning();
		const caption = captionView(after!);
		work.record(hallRoom(row.meetingId), 'caption:corrected', { caption });
		work.note('caption:correct', `caption:${captionId}`, { version: known + 1 });
		return caption;
	},
);

/** A line with all that it has said, the newest version first. */
export type VersionedCaption = Caption & { versions: CaptionVersion[] };

/**
 * Lines of a meeting with their versions, in the order they were said, a page at a time.
 * @param words only lines that have these in them, as they are now
 * @throws Refusal for who may not see older versions
 */
export async function versionedCaptions(
	db: Reader,
	actor: Actor,
	{ meetingId, words, page, perPage }: { meetingId: string; words: string; page: number; perPage: number },
): Promise<{ captions: VersionedCaption[]; pages: number }> {
	authorize(actor, 'caption:versions');
	const wanted = and(
		eq(captions.meetingId, meetingId),
		words ? ilike(captions.text, `%${words.replace(/[\\%_]/g, '\\$&')}%`) : undefined,
	);
	const pages = Math.max(1, Math.ceil((await db.$count(captions, wanted)) / perPage));
	const rows = await db
		.select()
		.from(captions)
		.where(wanted)
		.orderBy(asc(captions.at), asc(captions.id))
		.limit(perPage)
		.offset((Math.min(page, pages) - 1) * perPage);
	if (rows.length === 0) return { captions: [], pages };
	const versions = await db
		.select({
			captionId: captionVersions.captionId,
			version: captionVersions.version,
			text: captionVersions.text,
			by: people.name,
			at: sql<string>`to_char(${captionVersions.writtenAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
		})
		.from(captionVersions)
		.leftJoin(people, eq(people.id, captionVersions.writtenById))
		.where(
			inArray(
				captionVersions.captionId,
				rows.map(({ id }) => id),
			),
		)
		.orderBy(desc(captionVersions.version));
	const of = Map.groupBy(versions, ({ captionId }) => captionId);
	return {
		captions: rows.map((row) => ({
			...captionView(row),
			versions: (
				of.get(row.id) ?? [{ version: 1, text: row.text, by: null, at: row.writtenAt.toISOString() }]
			).map(({ version, text, by, at }) => ({ version, text, by, at })),
		})),
		pages,
	};
}
