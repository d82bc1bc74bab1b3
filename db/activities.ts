// Field activity: recorded, changed and taken away by those who act for the city; the pins it answers are acted on, their authors are told.
import { and, asc, eq, inArray, notExists } from 'drizzle-orm';
import * as v from 'valibot';
import { activityChangeInput, activityInput, type Activity, type ActivityInput } from '#domain/activities.ts';
import { Refusal } from '#domain/errors.ts';
import { mapRoom } from '#domain/events.ts';
import type { Actor } from '#domain/people.ts';
import { isInside } from '#domain/places.ts';
import { authorize } from '#domain/policy.ts';
import type { Round } from '#domain/rounds.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import { writeMail, type Letter } from './mail.ts';
import { announce } from './pins.ts';
import { lockRound } from './rounds.ts';
import { activities, activityLetters, activityPins, people, pins } from './schema/index.ts';

type ActivityRow = typeof activities.$inferSelect;
/** What the letter to the author of a pin tells of: how many of this person's pins it answers is not said, one mail is all there is. */
export type ToldActivity = { round: Round; activity: Activity };
/** Says to the author of a pin what was done there. */
export type ActivityLetter = (told: ToldActivity) => Letter;

/**
 * Records what the city did. The pins it answers become `acted-on`; those of their authors who asked for it are written to.
 * @param id made by the client: sent twice it is one activity
 * @throws Refusal forbidden, not-found (round, or a pin that is not published in it), round-state, outside-boundary
 */
export function recordActivity(
	db: Database,
	actor: Actor,
	raw: v.InferInput<typeof activityInput>,
	letter: ActivityLetter,
	id?: string,
): Promise<Activity> {
	return command(activityInput, async (work, input) => {
		authorize(work.actor, 'activity:record');
		const round = await roundFor(work, input.roundId, input);
		const [row] = await work.tx
			.insert(activities)
			.values({ ...columnsOf(input), roundId: round.id, recordedById: work.actor.account?.id ?? null })
			.returning();
		await answerPins(work, row!, input.pins);
		work.note('activity:record', `activity:${row!.id}`, { round: round.slug });
		return tell(work, round, row!, letter);
	})(db, actor, raw, id);
}

/**
 * Changes an activity. Pins that it answers no longer are looked into again; who was written to is not written to once more.
 * @throws Refusal as recordActivity
 */
export function changeActivity(
	db: Database,
	actor: Actor,
	raw: v.InferInput<typeof activityChangeInput>,
	letter: ActivityLetter,
): Promise<Activity> {
	return command(activityChangeInput, async (work, { activityId, ...input }) => {
		authorize(work.actor, 'activity:record');
		const { tx } = work;
		const before = await lockActivity(tx, activityId);
		const round = await roundFor(work, before.roundId, input);
		const [row] = await tx
			.update(activities)
			.set(columnsOf(input))
			.where(eq(activities.id, activityId))
			.returning();
		await leavePins(work, activityId, input.pins);
		await answerPins(work, row!, input.pins);
		work.note('activity:change', `activity:${activityId}`, { round: round.slug, before: columnsOf(before) });
		return tell(work, round, row!, letter);
	})(db, actor, raw);
}

/** Takes an activity away; a second time changes nothing. Pins that nothing else answers are looked into again. */
export const removeActivity = command(
	v.object({ activityId: v.pipe(v.string(), v.uuid()) }),
	async (work, { activityId }) => {
		authorize(work.actor, 'activity:record');
		const { tx } = work;
		const [found] = await tx.select().from(activities).where(eq(activities.id, activityId));
		if (!found) return;
		const round = await roundFor(work, found.roundId);
		await leavePins(work, activityId, []);
		await tx.delete(activities).where(eq(activities.id, activityId));
		work.note('activity:remove', `activity:${activityId}`, { round: round.slug, before: columnsOf(found) });
		work.record(mapRoom(round.id), 'activity:removed', { activityId });
	},
);

/** What the city did in a round, oldest first. */
export async function activitiesOf(db: Reader, roundId: string): Promise<Activity[]> {
	const rows = await db
		.select()
		.from(activities)
		.where(eq(activities.roundId, roundId))
		.orderBy(asc(activities.fromDay), asc(activities.recordedAt));
	return withPins(db, rows);
}

/** What the city did about one pin, oldest first. */
export async function activitiesFor(db: Reader, pinId: string): Promise<Activity[]> {
	const rows = await db
		.select({ activity: activities })
		.from(activities)
		.innerJoin(activityPins, eq(activityPins.activityId, activities.id))
		.where(eq(activityPins.pinId, pinId))
		.orderBy(asc(activities.fromDay), asc(activities.recordedAt));
	return withPins(
		db,
		rows.map(({ activity }) => activity),
	);
}

async function withPins(db: Reader, rows: ActivityRow[]): Promise<Activity[]> {
	if (rows.length === 0) return [];
	const ids = rows.map(({ id }) => id);
	const links = await db
		.select({ activityId: activityPins.activityId, pinId: activityPins.pinId })
		.from(activityPins)
		.innerJoin(pins, and(eq(pins.id, activityPins.pinId), eq(pins.vetting, 'published')))
		.where(inArray(activityPins.activityId, ids))
		.orderBy(asc(activityPins.pinId));
	const pinsOf = Map.groupBy(links, ({ activityId }) => activityId);
	return rows.map(({ id, kind, lat, lng, stretch, fromDay, untilDay, counts, note, recordedAt }) => ({
		...{ id, kind, at: { lat, lng }, stretch, fromDay, untilDay, counts, note },
		pins: (pinsOf.get(id) ?? []).map(({ pinId }) => pinId),
		recordedAt: recordedAt.toISOString(),
	}));
}

/** The round that it is recorded in, whose report is not out yet. */
async function roundFor(
	{ tx, actor }: Work,
	roundId: string,
	{ at, stretch }: Partial<Pick<ActivityInput, 'at' | 'stretch'>> = {},
): Promise<Round> {
	const round = await lockRound(tx, actor, roundId);
	if (round.state !== 'open' && round.state !== 'closed') throw new Refusal('round-state');
	const { boundary } = round;
	if (boundary && at && !isInside(at, boundary)) throw new Refusal('outside-boundary', 'at');
	if (boundary && stretch && !stretch.every((place) => isInside(place, boundary)))
		throw new Refusal('outside-boundary', 'stretch');
	return round;
}

async function lockActivity(tx: Transaction, id: string): Promise<ActivityRow> {
	const [row] = await tx.select().from(activities).where(eq(activities.id, id));
	if (!row) throw new Refusal('not-found');
	return row;
}

function columnsOf(input: Omit<ActivityInput, 'roundId' | 'pins'> | ActivityRow) {
	const { kind, fromDay, untilDay, counts, note, stretch } = input;
	const { lat, lng } = 'at' in input ? input.at : input;
	return { kind, lat, lng, stretch, fromDay, untilDay, counts, note };
}

/** Links the pins and says of them that they are acted on. @throws Refusal not-found where one is not published in the round */
async function answerPins(work: Work, { id, roundId }: ActivityRow, pinIds: string[]): Promise<void> {
	if (pinIds.length === 0) return;
	const { tx } = work;
	const isThere = and(inArray(pins.id, pinIds), eq(pins.roundId, roundId), eq(pins.vetting, 'published'));
	// In the order of their ids, as everybody who locks several.
	const found = await tx.select().from(pins).where(isThere).orderBy(asc(pins.id)).for('no key update');
	if (found.length < new Set(pinIds).size) throw new Refusal('not-found', 'pins');
	await tx
		.insert(activityPins)
		.values(found.map((pin) => ({ activityId: id, pinId: pin.id })))
		.onConflictDoNothing();
	for (const pin of found.filter(({ state }) => state !== 'acted-on')) {
		const [after] = await tx.update(pins).set({ state: 'acted-on' }).where(eq(pins.id, pin.id)).returning();
		await announce(work, after!);
	}
}

/** Unlinks the pins that are not among those kept; what nothing else answers is looked into again. */
async function leavePins(work: Work, activityId: string, kept: string[]): Promise<void> {
	const { tx } = work;
	const links = await tx.select().from(activityPins).where(eq(activityPins.activityId, activityId));
	const left = links.map(({ pinId }) => pinId).filter((pinId) => !kept.includes(pinId));
	if (left.length === 0) return;
	await tx
		.delete(activityPins)
		.where(and(eq(activityPins.activityId, activityId), inArray(activityPins.pinId, left)));
	const others = tx.select().from(activityPins).where(eq(activityPins.pinId, pins.id));
	const changed = await tx
		.update(pins)
		.set({ state: 'looking-into' })
		.where(and(inArray(pins.id, left), eq(pins.state, 'acted-on'), notExists(others)))
		.returning();
	for (const pin of changed) await announce(work, pin);
}

/** Tells everybody who has the map open, and by mail those authors who asked for it: each once of an activity. */
async function tell(work: Work, round: Round, row: ActivityRow, letter: ActivityLetter): Promise<Activity> {
	const { tx } = work;
	const activity = (await withPins(tx, [row]))[0]!;
	work.record(mapRoom(round.id), 'activity:recorded', { activity });
	const waiting = await tx
		.selectDistinct({ personId: pins.tellPersonId })
		.from(activityPins)
		.innerJoin(pins, eq(pins.id, activityPins.pinId))
		.where(eq(activityPins.activityId, row.id));
	const asked = waiting.flatMap(({ personId }) => (personId ? [{ activityId: row.id, personId }] : []));
	if (asked.length === 0) return activity;
	const told = await tx.insert(activityLetters).values(asked).onConflictDoNothing().returning();
	if (told.length === 0) return activity;
	const ids = told.map(({ personId }) => personId);
	const readers = await tx.select({ email: people.email }).from(people).where(inArray(people.id, ids));
	for (const { email } of readers) await writeMail(tx, { recipient: email, ...letter({ round, activity }) });
	return activity;
}
