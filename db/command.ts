// How everything is written: input checked, policy asked, rows changed, events recorded, in one transaction.
import { sql } from 'drizzle-orm';
import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import { Refusal } from '#domain/errors.ts';
import type { EventType, RoomEvents } from '#domain/events.ts';
import type { Actor } from '#domain/people.ts';
import { isDatabaseAway, sqlState, type Database, type Transaction } from './client.ts';
import { commandKey } from './identity.ts';
import { audit, doneCommands, events } from './schema/index.ts';

/** What a command works with: the transaction, who asks, and where to note what has happened. */
export type Work = {
	tx: Transaction;
	actor: Actor;
	/** Announces something to a room. Written just before the commit, rooms in order, so that commands cannot deadlock on them. */
	record<T extends EventType>(room: string, type: T, payload: RoomEvents[T]): void;
	/** Notes an act of office for the audit. Never called for residents' acts. */
	note(verb: string, subject: string, detail?: Record<string, unknown>): void;
};

/** A write: `await askQuestion(db, actor, input)`. With `id` (made by the client) a repetition returns the first result again. */
export type Command<Input extends v.GenericSchema, Result> = (
	db: Database,
	actor: Actor,
	input: v.InferInput<Input>,
	id?: string,
) => Promise<Result>;

/**
 * Makes a command.
 * @throws (the command) Refusal bad-input, database-away, or what `run` refuses; any other error is a bug
 */
export function command<Input extends v.GenericSchema, Result>(
	schema: Input,
	run: (work: Work, input: v.InferOutput<Input>) => Promise<Result>,
): Command<Input, Result> {
	return async (db, actor, raw, id) => {
		const input = checked(schema, raw);
		return retried(() =>
			db.transaction(async (tx) => {
				const key = id === undefined ? undefined : commandKey(actor, id);
				if (key !== undefined) {
					const first = await tx.insert(doneCommands).values({ key }).onConflictDoNothing().returning();
					if (first.length === 0) return earlierResult<Result>(tx, key);
				}
				const notes: Notes = { events: [], audit: [] };
				const result = await run(workOn(tx, actor, notes), input);
				await write(tx, notes);
				if (key !== undefined)
					await tx
						.update(doneCommands)
						.set({ result: result ?? null })
						.where(sql`${doneCommands.key} = ${key}`);
				return result;
			}),
		);
	};
}

/** @throws Refusal bad-input with the dotted path of the first wrong field */
export function checked<S extends v.GenericSchema>(schema: S, raw: unknown): v.InferOutput<S> {
	const parsed = v.safeParse(schema, raw, { abortEarly: true });
	if (!parsed.success) throw new Refusal('bad-input', v.getDotPath(parsed.issues[0]) ?? undefined);
	return parsed.output;
}

type Notes = {
	events: { room: string; type: EventType; payload: unknown }[];
	audit: (typeof audit.$inferInsert)[];
};

/** Runs a piece of work outside a command, for what is no person's act (tallies, jobs): same events, same transaction. */
export async function work<Result>(
	db: Database,
	actor: Actor,
	run: (work: Work) => Promise<Result>,
): Promise<Result> {
	return retried(() =>
		db.transaction(async (tx) => {
			const notes: Notes = { events: [], audit: [] };
			const result = await run(workOn(tx, actor, notes));
			await write(tx, notes);
			return result;
		}),
	);
}

function workOn(tx: Transaction, actor: Actor, notes: Notes): Work {
	return {
		tx,
		actor,
		record: (room, type, payload) => void notes.events.push({ room, type, payload }),
		note: (verb, subject, detail = {}) =>
			void notes.audit.push({ personId: actor.account?.id ?? null, verb, subject, detail }),
	};
}

async function write(tx: Transaction, notes: Notes): Promise<void> {
	if (notes.audit.length) await tx.insert(audit).values(notes.audit);
	const rooms = [...new Set(notes.events.map((event) => event.room))].sort();
	for (const room of rooms) {
		const mine = notes.events.filter((event) => event.room === room);
		// The row of the room is locked until the commit: numbers are given in the order of commits, without gaps.
		const { rows } = await tx.execute<{ seq: string }>(sql`
			insert into rooms (name, seq) values (${room}, ${mine.length})
			on conflict (name) do update set seq = rooms.seq + ${mine.length} returning seq`);
		const last = Number(rows[0]!.seq);
		await tx
			.insert(events)
			.values(mine.map(({ type, payload }, i) => ({ room, seq: last - mine.length + 1 + i, type, payload })));
		await tx.execute(sql`select pg_notify('room', ${room})`);
	}
}

async function earlierResult<Result>(tx: Transaction, key: string): Promise<Result> {
	const [row] = await tx
		.select()
		.from(doneCommands)
		.where(sql`${doneCommands.key} = ${key}`);
	return (row?.result ?? undefined) as Result;
}

// Deadlock and serialization failure: PostgreSQL asks to try again.
const tryAgain = new Set(['40P01', '40001']);

/** Runs a transaction again when PostgreSQL asks for it. @throws Refusal database-away */
export async function retried<T>(attempt: () => Promise<T>): Promise<T> {
	for (let tries = 1; ; tries++) {
		try {
			return await attempt();
		} catch (error) {
			if (isDatabaseAway(error)) throw new Refusal('database-away');
			if (tries >= 4 || !tryAgain.has(sqlState(error) ?? '')) throw error;
			await wait(Math.random() * 20 * tries);
		}
	}
}
