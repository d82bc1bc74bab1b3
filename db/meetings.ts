// Meetings: planned, published, run, ended, reported; or cancelled, with a reason.
import { and, eq, like } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { Refusal } from '#domain/errors.ts';
import { hallRoom } from '#domain/events.ts';
import {
	assertMove,
	cancelReason,
	editableStates,
	instantOf,
	meetingInput,
	slugOf,
	switchNames,
	wallClock,
	type Meeting,
	type MeetingState,
} from '#domain/meetings.ts';
import { can, authorize, type Verb } from '#domain/policy.ts';
import type { Actor } from '#domain/people.ts';
import type { Reader, Transaction } from './client.ts';
import { command, type Command, type Work } from './command.ts';
import { assertUsable, newAddress, unlessTaken } from './meetingAddresses.ts';
import { update } from './questionActs.ts';
import { lockQuestion, publicQuestions } from './questions.ts';
import { agendaItems, meetings, questions, rooms } from './schema/index.ts';

export type MeetingRow = typeof meetings.$inferSelect;
type Input = v.InferOutput<typeof meetingInput>;

const byId = v.object({ meetingId: v.pipe(v.string(), v.uuid()) });

/** Makes a draft. @returns its slug. @throws Refusal meeting-times, slug-taken */
export const createMeeting = command(meetingInput, async (work, input) => {
	authorize(work.actor, 'meeting:create');
	const created = await insertMeeting(work.tx, input, {});
	work.note('meeting:create', `meeting:${created.id}`);
	return { id: created.id, slug: created.slug };
});

/**
 * Changes a meeting that is not over. What a calendar shows of it raises the entry's sequence; the address of an announced
 * meeting stays as it is. `updatedAt` is what the form was made from: without it, the last one to save wins.
 * @throws Refusal changed-since, meeting-state (field `slug` for the address), meeting-times, slug-taken
 */
export const editMeeting = command(
	v.object({
		...byId.entries,
		meeting: meetingInput,
		updatedAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
	}),
	async (work, { meetingId, meeting: input, updatedAt }) => {
		authorize(work.actor, 'meeting:edit');
		const before = await lockMeeting(work.tx, meetingId);
		if (!(editableStates as readonly MeetingState[]).includes(before.state))
			throw new Refusal('meeting-state');
		if (updatedAt !== undefined && before.updatedAt.toISOString() !== updatedAt)
			throw new Refusal('changed-since');
		const slug = input.slug ?? before.slug;
		if (slug !== before.slug && before.state !== 'draft') throw new Refusal('meeting-state', 'slug');
		const columns = columnsOf(input);
		const changes = shownInCalendars.filter((name) => String(before[name]) !== String(columns[name]));
		const sequence = before.sequence + (changes.length > 0 && before.state !== 'draft' ? 1 : 0);
		assertUsable(slug);
		const [after] = await unlessTaken(
			work.tx
				.update(meetings)
				.set({ ...columns, slug, sequence, updatedAt: changedAt(before) })
				.where(eq(meetings.id, meetingId))
				.returning(),
		);
		await work.tx.delete(agendaItems).where(eq(agendaItems.meetingId, meetingId));
		await insertAgenda(work.tx, meetingId, input.agenda);
		await announceMeeting(work, after!);
		work.note('meeting:edit', `meeting:${meetingId}`, { changes });
		return { id: meetingId, slug };
	},
);

const shownInCalendars = [
	'title',
	'description',
	'startsAt',
	'endsAt',
	'timeZone',
	'placeKind',
	'place',
] as const;

/**
 * Drafts with the set-up of another meeting, each a number of days after the one before at the same wall-clock time; all belong
 * to one series.
 * @returns the first of them
 */
export const copyMeeting = command(
	v.object({
		...byId.entries,
		daysLater: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(400)),
		times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(26)), 1),
	}),
	async (work, { meetingId, daysLater, times }) => {
		authorize(work.actor, 'meeting:create');
		const { tx } = work;
		const source = await lockMeeting(tx, meetingId);
		const seriesId = source.seriesId ?? randomUUID();
		if (!source.seriesId) await tx.update(meetings).set({ seriesId }).where(eq(meetings.id, meetingId));
		const agenda = await tx
			.select({ title: agendaItems.title, minutes: agendaItems.minutes })
			.from(agendaItems)
			.where(eq(agendaItems.meetingId, meetingId))
			.orderBy(agendaItems.position);
		const { title, description, timeZone, placeKind, place, languages } = source;
		const copies: MeetingRow[] = [];
		for (let time = 1; time <= times; time++) {
			const startsAtLocal = laterBy(source.startsAt, timeZone, daysLater * time);
			const endsAtLocal = laterBy(source.endsAt, timeZone, daysLater * time);
			const set = {
				title,
				description,
				timeZone,
				placeKind,
				place,
				languages,
				startsAtLocal,
				endsAtLocal,
				agenda,
			};
			// What was opened or closed during the evening is not how the next one should begin.
			const copy = await insertMeeting(tx, set, { seriesId, ...switchesOf(source), questionsOpen: true });
			work.note('meeting:copy', `meeting:${copy.id}`, { from: meetingId });
			copies.push(copy);
		}
		return { id: copies[0]!.id, slug: copies[0]!.slug, count: copies.length };
	},
);

/** Throws a draft away: nobody but the desk has seen it. A second time is fine. @throws Refusal meeting-state */
export const discardDraft = command(byId, async (work, { meetingId }) => {
	authorize(work.actor, 'meeting:discard');
	const [row] = await work.tx.select().from(meetings).where(eq(meetings.id, meetingId)).for('update');
	if (!row) return;
	if (row.state !== 'draft') throw new Refusal('meeting-state');
	await work.tx.delete(meetings).where(eq(meetings.id, meetingId));
	await work.tx.delete(rooms).where(like(rooms.name, `${hallRoom(meetingId)}%`));
	work.note('meeting:discard', `meeting:${meetingId}`, { title: row.title });
});

export const publishMeeting = mover('meeting:publish', 'scheduled', () => ({}));
export const goLive = mover('meeting:run', 'live', () => ({ wentLiveAt: new Date() }));

/** Cancels a scheduled meeting; the reason is public, and the first one stays. @throws Refusal meeting-state */
export const cancelMeeting = command(
	v.object({ ...byId.entries, reason: cancelReason }),
	async (work, { meetingId, reason }) => {
		authorize(work.actor, 'meeting:cancel');
		const cancel = (before: MeetingRow) => ({ cancelReason: reason, sequence: before.sequence + 1 });
		if (await move(work, meetingId, 'cancelled', cancel))
			work.note('meeting:cancel', `meeting:${meetingId}`, { reason });
	},
);

/** Ends a live meeting: the queue freezes at once, and what is on air goes back to the published ones. */
export const endMeeting = command(byId, async (work, { meetingId }) => {
	authorize(work.actor, 'meeting:run');
	if (!(await move(work, meetingId, 'ended', () => ({ endedAt: new Date(), questionsOpen: false })))) return;
	const onAir = await work.tx
		.select({ id: questions.id })
		.from(questions)
		.where(and(eq(questions.meetingId, meetingId), eq(questions.state, 'on-air')));
	for (const { id } of onAir)
		await update(work, await lockQuestion(work.tx, id), { state: 'published' }, 'off-air');
	work.note('meeting:end', `meeting:${meetingId}`);
});

/**
 * Opens or closes something before or while the meeting runs; `slowModeSeconds` 0 is off. Hidden totals can also be shown
 * afterwards.
 */
export const setSwitches = command(
	v.object({
		...byId.entries,
		...v.partial(
			v.object(
				Object.fromEntries(switchNames.map((name) => [name, v.boolean()])) as Record<
					(typeof switchNames)[number],
					v.BooleanSchema<undefined>
				>,
			),
		).entries,
		slowModeSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3600))),
	}),
	async (work, { meetingId, ...switches }) => {
		authorize(work.actor, 'meeting:run');
		const before = await lockMeeting(work.tx, meetingId);
		const isEditable = (editableStates as readonly MeetingState[]).includes(before.state);
		const isAboutTotals =
			Object.keys(switches).every((name) => name === 'totalsHidden') && before.state !== 'cancelled';
		if (!isEditable && !isAboutTotals) throw new Refusal('meeting-state');
		if (Object.keys(switches).length === 0) return;
		// `updatedAt` stays: whoever is editing the meeting's text meanwhile has not missed anything.
		const [after] = await work.tx
			.update(meetings)
			.set(switches)
			.where(eq(meetings.id, meetingId))
			.returning();
		await announceMeeting(work, after!);
		if (before.totalsHidden !== after!.totalsHidden) await announceAllTotals(work, after!);
		work.note('meeting:switch', `meeting:${meetingId}`, switches);
	},
);

/** @throws Refusal not-found, also for a draft that is not the actor's to see */
export async function readMeeting(
	db: Reader,
	actor: Actor,
	slug: string,
): Promise<{ row: MeetingRow; meeting: Meeting }> {
	const [row] = await db.select().from(meetings).where(eq(meetings.slug, slug));
	if (!row || !can(actor, 'meeting:read', row)) throw new Refusal('not-found');
	return { row, meeting: await viewOf(db, row) };
}

/** The slug behind a short link. @throws Refusal not-found */
export async function slugOfCode(db: Reader, actor: Actor, code: string): Promise<string> {
	const [row] = await db.select().from(meetings).where(eq(meetings.code, code.toLowerCase()));
	if (!row || !can(actor, 'meeting:read', row)) throw new Refusal('not-found');
	return row.slug;
}

/** Locks a meeting for a change. @throws Refusal not-found */
export async function lockMeeting(tx: Transaction, meetingId: string): Promise<MeetingRow> {
	const [row] = await tx.select().from(meetings).where(eq(meetings.id, meetingId)).for('no key update');
	if (!row) throw new Refusal('not-found');
	return row;
}

/** A meeting as everybody may see it, with its agenda. */
export async function viewOf(db: Reader, row: MeetingRow): Promise<Meeting> {
	const agenda = await db
		.select()
		.from(agendaItems)
		.where(eq(agendaItems.meetingId, row.id))
		.orderBy(agendaItems.position);
	return meetingView(row, agenda);
}

function meetingView(row: MeetingRow, agenda: (typeof agendaItems.$inferSelect)[]): Meeting {
	const {
		id,
		slug,
		code,
		title,
		description,
		state,
		timeZone,
		placeKind,
		place,
		languages,
		cancelReason,
		slowModeSeconds,
	} = row;
	return {
		...switchesOf(row),
		...{
			id,
			slug,
			code,
			title,
			description,
			state,
			timeZone,
			placeKind,
			place,
			languages,
			cancelReason,
			slowModeSeconds,
		},
		startsAt: row.startsAt.toISOString(),
		endsAt: row.endsAt.toISOString(),
		wentLiveAt: row.wentLiveAt?.toISOString() ?? null,
		endedAt: row.endedAt?.toISOString() ?? null,
		agenda: agenda.map(({ id, title, minutes }) => ({ id, title, minutes })),
	};
}

function switchesOf(row: MeetingRow) {
	const {
		questionsOpen,
		vetting,
		anonymousAllowed,
		totalsHidden,
		boardOpen,
		mapOpen,
		stageOpen,
		slowModeSeconds,
	} = row;
	return {
		questionsOpen,
		vetting,
		anonymousAllowed,
		totalsHidden,
		boardOpen,
		mapOpen,
		stageOpen,
		slowModeSeconds,
	};
}

function mover(
	verb: Extract<Verb, 'meeting:publish' | 'meeting:run'>,
	to: MeetingState,
	columns: () => Partial<MeetingRow>,
): Command<typeof byId, void> {
	return command(byId, async (work, { meetingId }) => {
		authorize(work.actor, verb);
		if (await move(work, meetingId, to, columns)) work.note(verb, `meeting:${meetingId}`, { to });
	});
}

/** Takes a meeting to its next state. @returns false when it is there already: a double click, or two moderators at once */
export async function move(
	work: Work,
	meetingId: string,
	to: MeetingState,
	columns: (before: MeetingRow) => Partial<MeetingRow>,
): Promise<boolean> {
	const before = await lockMeeting(work.tx, meetingId);
	if (before.state === to) return false;
	assertMove(before.state, to);
	const [after] = await work.tx
		.update(meetings)
		.set({ ...columns(before), state: to, updatedAt: changedAt(before) })
		.where(eq(meetings.id, meetingId))
		.returning();
	await announceMeeting(work, after!);
	return true;
}

/** A time after the last change, also within one millisecond: forms know by it what they were made from. */
function changedAt(before: MeetingRow): Date {
	return new Date(Math.max(Date.now(), before.updatedAt.getTime() + 1));
}

async function announceMeeting(work: Work, row: MeetingRow): Promise<void> {
	// A draft is nobody's yet: its events could be read back once it is announced.
	if (row.state === 'draft') return;
	work.record(hallRoom(row.id), 'meeting:changed', { meeting: await viewOf(work.tx, row) });
}

async function announceAllTotals(work: Work, row: MeetingRow): Promise<void> {
	const shown = await publicQuestions(work.tx, row);
	const tallies = shown.map(({ id, votes, votesWithAccount, votesAside }) => ({
		id,
		votes,
		votesWithAccount,
		votesAside,
	}));
	if (tallies.length) work.record(hallRoom(row.id), 'question:counted', { tallies });
}

async function insertMeeting(
	tx: Transaction,
	input: Input,
	extra: Partial<typeof meetings.$inferInsert>,
): Promise<MeetingRow> {
	const address = await newAddress(
		tx,
		input.slug,
		`${slugOf(input.title)}-${input.startsAtLocal.slice(0, 10)}`,
	);
	const [row] = await unlessTaken(
		tx
			.insert(meetings)
			.values({ ...columnsOf(input), ...extra, ...address })
			.returning(),
	);
	await insertAgenda(tx, row!.id, input.agenda);
	return row!;
}

async function insertAgenda(tx: Transaction, meetingId: string, agenda: Input['agenda']): Promise<void> {
	if (agenda.length === 0) return;
	await tx.insert(agendaItems).values(agenda.map((item, position) => ({ ...item, position, meetingId })));
}

function columnsOf(input: Input) {
	const startsAt = instantOf(input.startsAtLocal, input.timeZone);
	const endsAt = instantOf(input.endsAtLocal, input.timeZone);
	const length = endsAt.getTime() - startsAt.getTime();
	if (!(length > 0 && length <= 24 * 3_600_000)) throw new Refusal('meeting-times', 'endsAtLocal');
	const { title, description, timeZone, placeKind, languages } = input;
	return {
		title,
		description,
		timeZone,
		placeKind,
		languages,
		startsAt,
		endsAt,
		place: placeKind === 'online' ? null : input.place,
	};
}

function laterBy(instant: Date, zone: string, days: number): string {
	const [date, time] = wallClock(instant, zone).split('T') as [string, string];
	const later = new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
	return `${later}T${time}`;
}
