// The minutes of a meeting: what is typed in its document becomes a version that everybody can read, and stays one.
import { and, desc, eq } from 'drizzle-orm';
import { documentName } from '#domain/documents.ts';
import { Refusal } from '#domain/errors.ts';
import { hallRoom } from '#domain/events.ts';
import { hasReport } from '#domain/meetingReports.ts';
import type { Meeting } from '#domain/meetings.ts';
import {
	momentOfItem,
	publishedItems,
	publishMinutesInput,
	readMinutes,
	type MinutesVersion,
	type PublishedMinutes,
} from '#domain/minutes.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import type { Recording } from '#domain/recordings.ts';
import type { Database, Reader } from './client.ts';
import { command } from './command.ts';
import { documentIn, lockDocument } from './documents.ts';
import { readMeeting } from './meetings.ts';
import { recordingsOf } from './recordings.ts';
import { meetings, minutesVersions } from './schema/index.ts';

type Row = typeof minutesVersions.$inferSelect;

/**
 * Publishes the minutes as they stand in the document. Where nothing was changed since the last version, that one is it: a second press
 * of the button makes no second version.
 * @throws Refusal not-found, forbidden, meeting-state (it is not over yet), minutes-empty
 */
export const publishMinutes = command(publishMinutesInput, async (work, { meetingId, note }) => {
	const { tx, actor } = work;
	authorize(actor, 'minutes:publish');
	const [meeting] = await tx.select().from(meetings).where(eq(meetings.id, meetingId)).for('share');
	if (!meeting) throw new Refusal('not-found');
	if (!hasReport(meeting)) throw new Refusal('meeting-state');
	const place = { kind: 'minutes', id: meetingId } as const;
	// One after the other, each on what everybody has typed until then.
	await lockDocument(tx, documentName(place));
	const doc = await documentIn(tx, place);
	const items = publishedItems(readMinutes(doc));
	doc.destroy();
	if (!items.some(({ text }) => text !== '')) throw new Refusal('minutes-empty');
	const last = await versionRow(tx, meetingId);
	if (last && isSame(last.items, items)) return versionView(last);
	const [row] = await tx
		.insert(minutesVersions)
		.values({ meetingId, number: (last?.number ?? 0) + 1, items, note })
		.returning();
	const version = versionView(row!);
	work.record(hallRoom(meetingId), 'minutes:published', { version });
	work.note('minutes:publish', `meeting:${meetingId}`, { number: version.number, note });
	return version;
});

/** What was published of a meeting's minutes, the newest first. */
export async function minutesVersionsOf(db: Reader, meetingId: string): Promise<MinutesVersion[]> {
	const { number, publishedAt, note } = minutesVersions;
	const rows = await db
		.select({ number, publishedAt, note })
		.from(minutesVersions)
		.where(eq(minutesVersions.meetingId, meetingId))
		.orderBy(desc(minutesVersions.number));
	return rows.map(versionView);
}

/**
 * A version of a meeting's minutes, and which there are.
 * @param number the newest where none is said
 * @throws Refusal not-found, also where nothing was published
 */
export async function readPublishedMinutes(
	db: Database,
	actor: Actor,
	slug: string,
	number: number | null,
): Promise<{ meeting: Meeting; minutes: PublishedMinutes; versions: MinutesVersion[] }> {
	const { row, meeting } = await readMeeting(db, actor, slug);
	const versions = await minutesVersionsOf(db, row.id);
	const wanted = number ?? versions[0]?.number;
	const minutes = wanted && (await publishedMinutes(db, meeting, await recordingsOf(db, row.id), wanted));
	if (!minutes) throw new Refusal('not-found');
	return { meeting, minutes, versions };
}

/** @param number the newest where none is said @returns null where there is none */
export async function publishedMinutes(
	db: Reader,
	meeting: Meeting,
	recordings: readonly Recording[],
	number?: number,
): Promise<PublishedMinutes | null> {
	const row = await versionRow(db, meeting.id, number);
	if (!row) return null;
	const items = row.items.map(({ title, text, at }) => ({
		...{ title, text, at },
		moment: momentOfItem(meeting, recordings, at),
	}));
	return { ...versionView(row), items };
}

/** @param number the newest where none is said */
async function versionRow(db: Reader, meetingId: string, number?: number): Promise<Row | undefined> {
	const [row] = await db
		.select()
		.from(minutesVersions)
		.where(
			and(
				eq(minutesVersions.meetingId, meetingId),
				number === undefined ? undefined : eq(minutesVersions.number, number),
			),
		)
		.orderBy(desc(minutesVersions.number))
		.limit(1);
	return row;
}

const versionView = ({ number, publishedAt, note }: Omit<Row, 'items' | 'meetingId'>): MinutesVersion => ({
	number,
	publishedAt: publishedAt.toISOString(),
	note,
});

/** jsonb keeps its fields in an order of its own. */
function isSame(before: Row['items'], now: Row['items']): boolean {
	const plain = (items: Row['items']) =>
		JSON.stringify(items.map(({ title, text, at }) => [title, text, at]));
	return plain(before) === plain(now);
}
