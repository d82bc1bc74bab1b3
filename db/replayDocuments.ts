// The board and the map of a meeting as everybody saw them at a moment of it, from their logs; without what has been taken off since.
import { and, asc, desc, eq, lte, sql } from 'drizzle-orm';
import { readBoard } from '#domain/board.ts';
import type { CardFacts } from '#domain/cards.ts';
import { documentName, type DocumentPlace } from '#domain/documents.ts';
import { hallRoom, mapRoom } from '#domain/events.ts';
import type { Meeting } from '#domain/meetings.ts';
import type { Actor } from '#domain/people.ts';
import { readPins, writtenPlace, type Pin, type PinFacts } from '#domain/pins.ts';
import { can } from '#domain/policy.ts';
import type { BoardThen, MapThen } from '#domain/replayDocuments.ts';
import type { Database, Reader } from './client.ts';
import { documentIn, lastUpdate, oneMoment } from './documents.ts';
import type { MeetingRow } from './meetings.ts';
import { publishedPins } from './pinReads.ts';
import { roundsDuring } from './replay.ts';
import { readRound } from './rounds.ts';
import { documentUpdates, events } from './schema/index.ts';

/**
 * What of a document an answer depends on: when its last change until a moment was, and its newest one, which may have taken something
 * off. `asOf` null: it was empty.
 */
export async function changesUntil(
	db: Reader,
	place: DocumentPlace,
	at: Date,
): Promise<{ asOf: string | null; newest: number }> {
	const name = documentName(place);
	const [then] = await db
		.select({ at: sql<number | null>`extract(epoch from max(${documentUpdates.at}))::float8 * 1000` })
		.from(documentUpdates)
		.where(and(eq(documentUpdates.document, name), lte(documentUpdates.at, at)));
	const asOf = then?.at == null ? null : new Date(Math.ceil(then.at)).toISOString();
	return { asOf, newest: await lastUpdate(db, name) };
}

/** The number of the last event that told what is counted of cards or pins; 0 where nothing was told. */
export async function factsUntil(db: Reader, place: DocumentPlace, at: Date): Promise<number> {
	const [room, type] =
		place.kind === 'board' ? [hallRoom(place.id), 'card:facts'] : [mapRoom(place.id), 'pin:facts'];
	const [last] = await db
		.select({ seq: sql<number>`coalesce(max(${events.seq}), 0)::float8` })
		.from(events)
		.where(and(eq(events.room, room), eq(events.type, type), lte(events.at, at)));
	return last!.seq;
}

/** Whether everybody could see the board and the map of a live meeting at a moment. */
export async function openThen(
	db: Reader,
	meetingId: string,
	at: Date,
): Promise<{ board: boolean; map: boolean }> {
	const [last] = await db
		.select({ payload: events.payload })
		.from(events)
		.where(and(eq(events.room, hallRoom(meetingId)), eq(events.type, 'meeting:changed'), lte(events.at, at)))
		.orderBy(desc(events.seq))
		.limit(1);
	const meeting = (last?.payload as { meeting: Meeting } | undefined)?.meeting;
	const isLive = meeting?.state === 'live';
	return { board: isLive && meeting.boardOpen, map: isLive && meeting.mapOpen };
}

/** A meeting's board at a moment. The caller has looked whether it was open. */
export async function boardThen(db: Database, meetingId: string, at: Date): Promise<BoardThen> {
	return oneMoment(db, async (tx) => {
		const place = { kind: 'board', id: meetingId } as const;
		const [then, now] = [await documentIn(tx, place, at), await documentIn(tx, place)];
		const isThere = new Set(readBoard(now).cards.map(({ key }) => key));
		const { columns, cards } = readBoard(then);
		then.destroy();
		now.destroy();
		const facts = await cardFactsThen(tx, meetingId, at);
		// Whose a card is stands in its key, which stays here.
		const shown = cards
			.filter(({ key }) => isThere.has(key))
			.map(({ key, text, column, colour, theme, kind, source }) => ({
				...{ text, column, colour, theme, kind, source: source.kind },
				supports: facts.get(key)?.supports ?? 0,
			}));
		return {
			columns: columns.map(({ id, title }) => ({
				...{ id, title },
				cards: shown.filter(({ column }) => column === id),
			})),
		};
	});
}

async function cardFactsThen(tx: Reader, meetingId: string, at: Date): Promise<Map<string, CardFacts>> {
	const rows = await tx
		.select({ payload: events.payload })
		.from(events)
		.where(and(eq(events.room, hallRoom(meetingId)), eq(events.type, 'card:facts'), lte(events.at, at)))
		.orderBy(asc(events.seq));
	const told = rows.flatMap(({ payload }) => (payload as { cards: CardFacts[] }).cards);
	return new Map(told.map((facts) => [facts.key, facts]));
}

/** The id of the round that was open at a moment of a meeting, if the actor may see it; null: none was. */
export async function roundThen(db: Reader, actor: Actor, row: MeetingRow, at: Date): Promise<string | null> {
	const open = (await roundsDuring(db, row)).find(
		({ openedAt, closedAt }) => openedAt! <= at && (closedAt === null || closedAt > at),
	);
	const round = open && (await readRound(db, open.id));
	return round && can(actor, 'map:read', round) ? round.id : null;
}

/** A round's map at a moment. What a pin says is what it says now: whoever corrected it meant it. */
export async function mapThen(db: Database, roundId: string, at: Date): Promise<MapThen> {
	return oneMoment(db, async (tx) => {
		const round = (await readRound(tx, roundId))!;
		const doc = await documentIn(tx, { kind: 'map', id: roundId }, at);
		const then = readPins(doc);
		doc.destroy();
		const now = new Map((await publishedPins(tx, roundId)).map((pin) => [pin.id, pin]));
		const shown = then.filter(({ id }) => now.has(id));
		const facts = await pinFactsThen(
			tx,
			roundId,
			shown.map(({ id }) => id),
			at,
		);
		return {
			round,
			pins: shown.map((pin): Pin => {
				const known = now.get(pin.id)!;
				const { state = 'open', supports = 0 } = facts.get(pin.id) ?? {};
				const { note, answers, kind, placedAt, channel, area, category } = known;
				return {
					...{ id: pin.id, note, answers, kind, placedAt, channel, area, category, state, supports },
					// A kind that is not shown exactly now was perhaps meant so then.
					...writtenPlace(round, category, pin),
					...{ comments: 0, photos: [], concern: null },
				};
			}),
		};
	});
}

async function pinFactsThen(
	tx: Reader,
	roundId: string,
	ids: string[],
	at: Date,
): Promise<Map<string, Pick<PinFacts, 'state' | 'supports'>>> {
	if (ids.length === 0) return new Map();
	const { rows } = await tx.execute<{ id: string; state: PinFacts['state']; supports: number }>(sql`
		select distinct on (pin->>'id') pin->>'id' as id, pin->>'state' as state, (pin->>'supports')::int as supports
		from events, jsonb_array_elements(payload->'pins') pin
		where room = ${mapRoom(roundId)} and type = 'pin:facts' and at <= ${at.toISOString()}::timestamptz
		order by pin->>'id', seq desc`);
	const wanted = new Set(ids);
	return new Map(rows.filter(({ id }) => wanted.has(id)).map((row) => [row.id, row]));
}
