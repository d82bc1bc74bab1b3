// The demo town's concerns as they were captured, with what people of the city did with them.
import { and, eq, isNull, like } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { concernNumber, type ConcernState } from '#domain/concerns.ts';
import { concernStateBy, isPromised, type FollowupState } from '#domain/followups.ts';
import { instantOf, wallClock } from '#domain/meetings.ts';
import type { Database } from '../client.ts';
import { nextNumber } from '../numbers.ts';
import { concernEvents, concerns, pins, questions } from '../schema/index.ts';
import type { Book, Concern } from './book.ts';
import type { DemoConcern } from './promise.ts';
import type { Townspeople } from './townspeople.ts';

/** What everything is entered with. */
export type Desk = {
	db: Database;
	book: Book;
	cast: Townspeople;
	areas: Map<string, string>;
	units: Map<string, string>;
	now: Date;
	zone: string;
};
/** Something that happened to a concern, to be run in the order of time. */
export type Entry = { at: Date; run: () => void };

/** A concern with the question or the pin that it was made of; as it was published, until its history is run. */
export async function capture(desk: Desk, concern: DemoConcern): Promise<void> {
	const { db, book, now } = desk;
	const { title, day, topic, area, isThere = false, answer } = concern;
	const fields = {
		topic,
		areaId: desk.areas.get(area)!,
		ownerId: answer ? idOf(desk, 'sam') : null,
		isThere,
	};
	if (isThere) {
		const [row] = await db.select().from(concerns).where(eq(concerns.title, title));
		return void book.concerns.push({ ...row!, ...fields });
	}
	const source = await sourceOf(db, concern);
	// What was put on a map after that day was captured half an hour later.
	const planned = Math.max(on(day, desk, 11).getTime(), source ? source.at.getTime() + 1_800_000 : 0);
	const capturedAt = new Date(Math.min(now.getTime() - 60_000, planned));
	const number = await nextNumber(db, 'concern_numbers', concernNumber);
	const meetingId = source?.meetingId ?? null;
	const disposition = meetingId ? (concern.referred ? ('referred' as const) : ('follow-up' as const)) : null;
	const id = randomUUID();
	const state = 'published' as const;
	book.concerns.push({ id, number, title, state, capturedAt, meetingId, disposition, ...fields });
	if (!source) return;
	const { kind, sourceId, words } = source;
	book.sources.push({ concernId: id, kind, sourceId, meetingId, words });
}

/** The concern with a title. */
export const concernIn = ({ book }: Desk, title: string): Concern =>
	book.concerns.find((concern) => concern.title === title)!;

/** The question or the pin that a concern was made of. */
async function sourceOf(db: Database, { question, pin }: DemoConcern) {
	if (question) {
		const [found] = await db
			.select()
			.from(questions)
			.where(and(like(questions.text, `${question}%`), isNull(questions.concern)));
		if (!found) throw new Error(`the demo town has no question “${question}”`);
		const { id: sourceId, text: words, meetingId, askedAt: at } = found;
		return { kind: 'question' as const, sourceId, words, meetingId, at };
	}
	if (!pin) return null;
	const [found] = await db
		.select()
		.from(pins)
		.where(and(like(pins.note, `${pin}%`), eq(pins.vetting, 'published'), isNull(pins.concern)));
	if (!found) throw new Error(`the demo town has no pin “${pin}”`);
	return { kind: 'pin' as const, sourceId: found.id, words: found.note, meetingId: null, at: found.placedAt };
}

/** What people of the city did with a concern. */
export function answers(desk: Desk, { title, answer, declined, referred, merged }: DemoConcern): Entry[] {
	const concern = concernIn(desk, title);
	const personId = idOf(desk, 'sam');
	const moved = (day: number, hour: number, to: ConcernState, more: Partial<Told>): Entry => {
		const at = on(day, desk, hour);
		return { at, run: () => moveConcern(desk, concern, to, { at, personId, ...more }) };
	};
	const entries: Entry[] = [];
	if (answer) entries.push(moved(answer.day, 13, 'acknowledged', { text: answer.text }));
	if (declined) entries.push(moved(declined.day, 14, 'declined', declined));
	if (referred) {
		const { day, text, ...detail } = referred;
		entries.push(moved(day, 14, 'referred', { text, detail }));
	}
	if (merged) {
		const into = concernIn(desk, merged.into);
		const at = on(merged.day, desk, 14);
		entries.push({ at, run: () => merge(desk, concern, into, { at, personId }) });
	}
	return entries;
}

type Told = Pick<typeof concernEvents.$inferInsert, 'at' | 'personId' | 'text' | 'reason' | 'detail'>;

function moveConcern({ book }: Desk, concern: Concern, to: ConcernState, told: Told): void {
	const { at, personId, text, reason, detail } = told;
	const move = { concernId: concern.id, kind: 'moved' as const, from: concern.state, to };
	book.concernEvents.push({ ...move, at, personId, text, reason, detail });
	concern.state = to;
}

function merge(
	{ book }: Desk,
	concern: Concern,
	into: Concern,
	{ at, personId }: { at: Date; personId: string },
): void {
	const { id: concernId, state: from } = concern;
	const merged = { intoId: into.id, stateBefore: from, mergedById: personId, mergedAt: at };
	book.merges.push({ concernId, ...merged });
	const told = { at, personId, detail: { other: into.number } };
	book.concernEvents.push({ concernId, kind: 'merged', from, to: 'merged', ...told });
	concern.state = 'merged';
}

/** Moves a concern along with its follow-up, as far as the rule goes. */
export function followOn(
	desk: Desk,
	concern: Concern,
	state: FollowupState,
	{ at, isConfirmed }: { at: Date; isConfirmed: boolean },
): void {
	if (concern.state === 'published' && (state === 'proposed' || isPromised(state)))
		throw new Error(`the demo town promises ${concern.number} before it has answered it`);
	const next = () => concernStateBy(concern.state, [state], isConfirmed);
	for (let to = next(); to; to = next()) moveConcern(desk, concern, to, { at, personId: null });
}

/** So many days ago by the city's clock, in office hours; on the same day what comes first is earlier. */
export function on(day: number, { now, zone }: Pick<Desk, 'now' | 'zone'>, hour = 9): Date {
	const date = new Date(Date.parse(`${wallClock(now, zone).slice(0, 10)}T12:00:00Z`) - day * 86_400_000);
	return instantOf(`${date.toISOString().slice(0, 10)}T${String(hour).padStart(2, '0')}:20`, zone);
}
/** The city's day, so many days ago. */
export const dayOf = (day: number, desk: Desk): string => wallClock(on(day, desk), desk.zone).slice(0, 10);

export const idOf = ({ cast }: Desk, who: 'dana' | 'sam'): string => cast[who].account!.id;
