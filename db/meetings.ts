// Meetings: planned, published, run, ended, reported; or cancelled, with a reason.
import { and, asc, desc, eq, inArray, ne, or, sql } from 'drizzle-orm';
import { randomInt, randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { Refusal } from '#domain/errors.ts';
import { hallRoom } from '#domain/events.ts';
import {
	assertMove,
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
import { publicStates } from '#domain/questions.ts';
import { violatedConstraint, type Reader, type Transaction } from './client.ts';
import { command, type Command, type Work } from './command.ts';
import { update } from './questionActs.ts';
import { lockQuestion, publicQuestions } from './questions.ts';
import { agendaItems, attendance, meetings, questions } from './schema/index.ts';

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
 * Changes a meeting that is not over. What moves it (start, end, zone, place) or its title raises the calendar entry's sequence.
 * @throws Refusal meeting-state, meeting-times, slug-taken
 */
export const editMeeting = command(
	v.object({ ...byId.entries, meeting: meetingInput }),
	async (work, { meetingId, meeting: input }) => {
		authorize(work.actor, 'meeting:edit');
		const before = await lockMeeting(work.tx, meetingId);
		if (!['draft', 'scheduled', 'live'].includes(before.state)) throw new Refusal('meeting-state');
		const columns = columnsOf(input);
		const isMoved =
			before.startsAt.getTime() !== columns.startsAt.getTime() ||
			before.endsAt.getTime() !== columns.endsAt.getTime() ||
			before.timeZone !== columns.timeZone ||
			before.place !== columns.place ||
			before.title !== columns.title;
		const sequence = before.sequence + (isMoved && before.state !== 'draft' ? 1 : 0);
		const slug = input.slug ?? before.slug;
		const [after] = await unlessTaken(
			work.tx
				.update(meetings)
				.set({ ...columns, slug, sequence, updatedAt: new Date() })
				.where(eq(meetings.id, meetingId))
				.returning(),
		);
		await work.tx.delete(agendaItems).where(eq(agendaItems.meetingId, meetingId));
		await insertAgenda(work.tx, meetingId, input.agenda);
		await announceMeeting(work, after!);
		work.note('meeting:edit', `meeting:${meetingId}`, { moved: isMoved });
		return { id: meetingId, slug };
	},
);

/** A draft with the set-up of another meeting, a number of days later at the same wall-clock time; both belong to one series. */
export const copyMeeting = command(
	v.object({ ...byId.entries, daysLater: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(400)) }),
	async (work, { meetingId, daysLater }) => {
		authorize(work.actor, 'meeting:create');
		const { tx } = work;
		const source = await lockMeeting(tx, meetingId);
		const seriesId = source.seriesId ?? randomUUID();
		if (!source.seriesId) await tx.update(meetings).set({ seriesId }).where(eq(meetings.id, meetingId));
		const agenda = await tx
			.select()
			.from(agendaItems)
			.where(eq(agendaItems.meetingId, meetingId))
			.orderBy(agendaItems.position);
		const { title, description, timeZone, placeKind, place, languages } = source;
		const copy = await insertMeeting(
			tx,
			{
				title,
				description,
				timeZone,
				placeKind,
				place,
				languages,
				startsAtLocal: laterBy(source.startsAt, timeZone, daysLater),
				endsAtLocal: laterBy(source.endsAt, timeZone, daysLater),
				agenda: agenda.map(({ title, minutes }) => ({ title, minutes })),
			},
			{ seriesId, ...switchesOf(source) },
		);
		work.note('meeting:copy', `meeting:${copy.id}`, { from: meetingId });
		return { id: copy.id, slug: copy.slug };
	},
);

export const publishMeeting = mover('meeting:publish', 'scheduled', () => ({}));
export const goLive = mover('meeting:run', 'live', () => ({ wentLiveAt: new Date() }));

/** Cancels a scheduled meeting; the reason is public. @throws Refusal meeting-state */
export const cancelMeeting = command(
	v.object({ ...byId.entries, reason: v.pipe(v.string(), v.trim(), v.minLength(3), v.maxLength(500)) }),
	async (work, { meetingId, reason }) => {
		authorize(work.actor, 'meeting:cancel');
		await move(work, meetingId, 'cancelled', (before) => ({
			cancelReason: reason,
			sequence: before.sequence + 1,
		}));
		work.note('meeting:cancel', `meeting:${meetingId}`, { reason });
	},
);

/** Ends a live meeting: the queue freezes at once, and what is on air goes back to the published ones. */
export const endMeeting = command(byId, async (work, { meetingId }) => {
	authorize(work.actor, 'meeting:run');
	await lockMeeting(work.tx, meetingId);
	const [onAir] = await work.tx
		.select({ id: questions.id })
		.from(questions)
		.where(and(eq(questions.meetingId, meetingId), eq(questions.state, 'on-air')));
	await move(work, meetingId, 'ended', () => ({ endedAt: new Date(), questionsOpen: false }));
	if (onAir) await update(work, await lockQuestion(work.tx, onAir.id), { state: 'published' }, 'off-air');
	work.note('meeting:end', `meeting:${meetingId}`);
});

/**
 * Closes the books: every published question needs an outcome first.
 * @throws Refusal report-incomplete, meeting-state
 */
export const reportMeeting = command(byId, async (work, { meetingId }) => {
	authorize(work.actor, 'meeting:report');
	await lockMeeting(work.tx, meetingId);
	const open = await questionsWithoutOutcome(work.tx, meetingId);
	if (open.length > 0) throw new Refusal('report-incomplete');
	await move(work, meetingId, 'reported', () => ({ reportedAt: new Date() }));
	work.note('meeting:report', `meeting:${meetingId}`);
});

/** Opens or closes something while the meeting runs; `slowModeSeconds` 0 is off. */
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
		if (!['draft', 'scheduled', 'live'].includes(before.state)) throw new Refusal('meeting-state');
		if (Object.keys(switches).length === 0) return;
		const [after] = await work.tx
			.update(meetings)
			.set({ ...switches, updatedAt: new Date() })
			.where(eq(meetings.id, meetingId))
			.returning();
		await announceMeeting(work, after!);
		if (before.totalsHidden !== after!.totalsHidden) await announceAllTotals(work, after!);
		work.note('meeting:switch', `meeting:${meetingId}`, switches);
	},
);

/** Public questions that have no outcome yet; merged ones follow the question they were merged into. */
export async function questionsWithoutOutcome(db: Reader, meetingId: string) {
	return db
		.select({ id: questions.id, number: questions.number, text: questions.text, state: questions.state })
		.from(questions)
		.where(
			and(
				eq(questions.meetingId, meetingId),
				inArray(questions.state, publicStates),
				ne(questions.state, 'merged'),
				sql`${questions.disposition} is null and not ${questions.state} in ('answered', 'carried-over')`,
			),
		)
		.orderBy(asc(questions.number));
}

/** The meetings an actor may see: live now, upcoming by start, past newest first, and drafts for moderators. */
export async function listMeetings(db: Reader, actor: Actor) {
	const visible = can(actor, 'meeting:edit') ? undefined : ne(meetings.state, 'draft');
	const rows = await db.select().from(meetings).where(visible).orderBy(desc(meetings.startsAt)).limit(500);
	const shown = rows.map((row) => ({ ...meetingView(row, []), sequence: row.sequence }));
	const inState = (...states: MeetingState[]) => shown.filter((meeting) => states.includes(meeting.state));
	return {
		live: inState('live'),
		upcoming: inState('scheduled', 'cancelled')
			.filter(({ endsAt, state }) => state === 'scheduled' || Date.parse(endsAt) > Date.now())
			.reverse(),
		past: inState('ended', 'reported'),
		drafts: inState('draft'),
	};
}

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

/** How many came: browsers by a pseudonym of this meeting alone, minutes watched by all of them, most at once. */
export async function readAttendance(db: Reader, actor: Actor, meetingId: string) {
	authorize(actor, 'attendance:read');
	const [sums] = await db
		.select({
			visitors: sql<number>`count(*)::int`,
			minutes: sql<number>`(coalesce(sum(${attendance.seconds}), 0) / 60)::int`,
		})
		.from(attendance)
		.where(eq(attendance.meetingId, meetingId));
	const [meeting] = await db
		.select({ peak: meetings.peakAttendance })
		.from(meetings)
		.where(eq(meetings.id, meetingId));
	return { visitors: sums?.visitors ?? 0, minutes: sums?.minutes ?? 0, peak: meeting?.peak ?? 0 };
}

/** Adds the seconds that visitors have been in a live hall since the last time, and keeps the most seen at once. */
export async function noteAttendance(
	db: Reader,
	meetingId: string,
	seconds: Map<string, number>,
	watching: number,
): Promise<void> {
	if (seconds.size > 0)
		await db.execute(sql`
			insert into attendance (meeting_id, visitor, seconds)
			select m.id, t.* from meetings m, unnest(${sql.param([...seconds.keys()])}::text[], ${sql.param([...seconds.values()].map(Math.round))}::int[]) t
			where m.id = ${meetingId} and m.state = 'live'
			on conflict (meeting_id, visitor) do update set seconds = attendance.seconds + excluded.seconds`);
	await db.execute(
		sql`update meetings set peak_attendance = ${watching} where id = ${meetingId} and state = 'live' and peak_attendance < ${watching}`,
	);
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
		await move(work, meetingId, to, columns);
		work.note(verb, `meeting:${meetingId}`, { to });
	});
}

async function move(
	work: Work,
	meetingId: string,
	to: MeetingState,
	columns: (before: MeetingRow) => Partial<MeetingRow>,
): Promise<void> {
	const before = await lockMeeting(work.tx, meetingId);
	// A double click, or two moderators at once: it is done already.
	if (before.state === to) return;
	assertMove(before.state, to);
	const [after] = await work.tx
		.update(meetings)
		.set({ ...columns(before), state: to, updatedAt: new Date() })
		.where(eq(meetings.id, meetingId))
		.returning();
	await announceMeeting(work, after!);
}

async function announceMeeting(work: Work, row: MeetingRow): Promise<void> {
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
	const slug =
		input.slug ?? (await freeSlug(tx, `${slugOf(input.title)}-${input.startsAtLocal.slice(0, 10)}`));
	const [row] = await unlessTaken(
		tx
			.insert(meetings)
			.values({ ...columnsOf(input), ...extra, slug, code: shortCode() })
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

async function unlessTaken<T>(query: Promise<T>): Promise<T> {
	try {
		return await query;
	} catch (error) {
		if (violatedConstraint(error) === 'meetings_slug_unique') throw new Refusal('slug-taken', 'slug');
		throw error;
	}
}

async function freeSlug(tx: Transaction, wish: string): Promise<string> {
	const taken = await tx
		.select({ slug: meetings.slug })
		.from(meetings)
		.where(or(eq(meetings.slug, wish), sql`${meetings.slug} like ${`${wish}-%`}`));
	const slugs = new Set(taken.map(({ slug }) => slug));
	if (!slugs.has(wish)) return wish;
	for (let n = 2; ; n++) if (!slugs.has(`${wish}-${n}`)) return `${wish}-${n}`;
}

// Letters and digits that are not mistaken for one another on a poster.
const codeAlphabet = '23456789abcdefghjkmnpqrstuvwxyz';

function shortCode(): string {
	return Array.from({ length: 6 }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join('');
}

function laterBy(instant: Date, zone: string, days: number): string {
	const [date, time] = wallClock(instant, zone).split('T') as [string, string];
	const later = new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
	return `${later}T${time}`;
}
