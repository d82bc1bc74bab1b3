// Minutes of the demo town: typed in their document as on the desk's page, and published by the command.
import { sql } from 'drizzle-orm';
import { addItem, itemText, setMoment } from '#domain/minutes.ts';
import type { Actor } from '#domain/people.ts';
import type { Database } from '../client.ts';
import { changeDocument } from '../documents.ts';
import { publishMinutes } from '../minutes.ts';

/** `minute`: of the evening, as it is linked. */
export type Minuted = { title: string; text: string; minute: number };

/** Types the minutes of a meeting that is over, and publishes them. */
export async function keepMinutes(
	db: Database,
	by: Actor,
	meetingId: string,
	items: Minuted[],
): Promise<void> {
	await db.transaction((tx) =>
		changeDocument(tx, { kind: 'minutes', id: meetingId }, (doc) => {
			for (const [n, { title, text, minute }] of items.entries()) {
				const key = `demo-${n}`;
				addItem(doc, key, title);
				itemText(doc, key, 'text')?.insert(0, text);
				setMoment(doc, key, minute * 60);
			}
		}),
	);
	await publishMinutes(db, by, { meetingId, note: '' });
}

/** They were typed until the end, and published the morning after. */
export async function moveMinutesToTheirTime(db: Database, meetingId: string): Promise<void> {
	await db.execute(sql`
		update document_updates u set at = m.ends_at from meetings m
		where m.id = ${meetingId} and u.document = ${`minutes:${meetingId}`}`);
	await db.execute(sql`
		update minutes_versions v set published_at = m.ends_at + interval '14 hours' from meetings m
		where m.id = v.meeting_id and m.id = ${meetingId}`);
}
