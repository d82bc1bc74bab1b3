// Reading the event log: what a browser missed, and what is new.
import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import type { RoomEvent } from '#domain/events.ts';
import type { Reader } from './client.ts';
import { events, rooms } from './schema/index.ts';

/** Events of a room after a number, oldest first. */
export async function eventsAfter(db: Reader, room: string, seq: number, limit = 500): Promise<RoomEvent[]> {
	const rows = await db
		.select()
		.from(events)
		.where(and(eq(events.room, room), gt(events.seq, seq)))
		.orderBy(asc(events.seq))
		.limit(limit);
	return rows.map((row) => ({ ...row, at: row.at.toISOString() }) as RoomEvent);
}

/** The number of each room's newest event; 0 where nothing has happened yet. */
export async function lastSeqs(db: Reader, names: string[]): Promise<Record<string, number>> {
	const rows = await db.select().from(rooms).where(inArray(rooms.name, names));
	const found = new Map(rows.map(({ name, seq }) => [name, seq]));
	return Object.fromEntries(names.map((name) => [name, found.get(name) ?? 0]));
}
