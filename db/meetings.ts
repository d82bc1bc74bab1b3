// Meetings: published, run and ended; or cancelled, with a reason. How they are planned stands in meetingPlans.ts, the report in reports.ts.
import { and, eq, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { Refusal } from '#domain/errors.ts';
import { hallRoom } from '#domain/events.ts';
import {
	assertMove,
	cancelReason,
	isEditable,
	switchNames,
	type Meeting,
	type MeetingState,
} from '#domain/meetings.ts';
import { can, authorize, type Verb } from '#domain/policy.ts';
import type { Actor } from '#domain/people.ts';
import type { Reader, Transaction } from './client.ts';
import { copyCards } from './cardCopies.ts';
import { command, type Command, type Work } from './command.ts';
import { inviteFollowers } from './invitedFollowers.ts';
import { closePollsOf } from './pollClosing.ts';
import { update } from './questionActs.ts';
import { lockQuestion, publicQuestions } from './questions.ts';
import { askPushes } from './pushMessages.ts';
import { askAllLetters } from './registrationLetters.ts';
import { agendaItems, meetings, questions } from './schema/index.ts';
import { announceStage, clearStage, closeStage } from './stage.ts';

export type MeetingRow = typeof meetings.$inferSelect;

const byId = v.object({ meetingId: v.pipe(v.string(), v.uuid()) });

export const publishMeeting = mover('meeting:publish', 'scheduled', () => ({}));
export const goLive = mover('meeting:run', 'live', () => ({ wentLiveAt: new Date() }));

/** Cancels a scheduled meeting; the reason is public, and the first one stays. @throws Refusal meeting-state */
export const cancelMeeting = command(
	v.object({ ...byId.entries, reason: cancelReason }),
	async (work, { meetingId, reason }) => {
		authorize(work.actor, 'meeting:cancel');
		const cancel = (before: MeetingRow) => ({ cancelReason: reason, sequence: before.sequence + 1 });
		const before = await lockMeeting(work.tx, meetingId);
		if (!(await move(work, meetingId, 'cancelled', cancel))) return;
		await askAllLetters(work.tx, meetingId, 'called-off', '');
		await askPushes(work.tx, before, 'called-off', '');
		work.note('meeting:cancel', `meeting:${meetingId}`, { reason });
	},
);

/** Ends a live meeting: the queue freezes at once, what is on air goes back to the published ones, and an open poll is closed. */
export const endMeeting = command(byId, async (work, { meetingId }) => {
	authorize(work.actor, 'meeting:run');
	if (!(await move(work, meetingId, 'ended', () => ({ endedAt: new Date(), questionsOpen: false })))) return;
	const onAir = await work.tx
		.select({ id: questions.id })
		.from(questions)
		.where(and(eq(questions.meetingId, meetingId), eq(questions.state, 'on-air')));
	for (const { id } of onAir)
		await update(work, await lockQuestion(work.tx, id), { state: 'published' }, 'off-air');
	await closePollsOf(work, meetingId);
	await clearStage(work, meetingId);
	await copyCards(work.tx, meetingId);
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
		speakingMinutes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(60))),
	}),
	async (work, { meetingId, ...switches }) => {
		authorize(work.actor, 'meeting:run');
		const before = await lockMeeting(work.tx, meetingId);
		const isAboutTotals =
			Object.keys(switches).every((name) => name === 'totalsHidden') && before.state !== 'cancelled';
		if (!isEditable(before) && !isAboutTotals) throw new Refusal('meeting-state');
		if (Object.keys(switches).length === 0) return;
		// `updatedAt` stays: whoever is editing the meeting's text meanwhile has not missed anything.
		const [after] = await work.tx
			.update(meetings)
			.set(switches)
			.where(eq(meetings.id, meetingId))
			.returning();
		await announceMeeting(work, after!);
		if (before.totalsHidden !== after!.totalsHidden) await announceAllTotals(work, after!);
		if (before.stageOpen && !after!.stageOpen) await closeStage(work, meetingId);
		if (before.firstTimeFirst !== after!.firstTimeFirst) await announceStage(work, meetingId);
		if (before.stageHeld !== after!.stageHeld || before.stageRecorded !== after!.stageRecorded)
			await work.tx.execute(sql`select pg_notify('stage', ${meetingId})`);
		work.note('meeting:switch', `meeting:${meetingId}`, switches);
	},
);

/** @throws Refusal not-found, also for a draft that is not the actor's to see */
export async function readMeeting(
	db: Reader,
	actor: Actor,
	slug: string,
): Promise<{ row: MeetingRow; meeting: Meeting }> {
	const row = await findMeeting(db, slug);
	if (!row || !can(actor, 'meeting:read', row)) throw new Refusal('not-found');
	return { row, meeting: await viewOf(db, row) };
}

/** The bare row, drafts too: whoever calls asks the policy. */
export async function findMeeting(db: Reader, slug: string): Promise<MeetingRow | undefined> {
	const [row] = await db.select().from(meetings).where(eq(meetings.slug, slug));
	return row;
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
	const { id, slug, code, title, description, state, timeZone, placeKind, place, languages, cancelReason } =
		row;
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
		},
		startsAt: row.startsAt.toISOString(),
		endsAt: row.endsAt.toISOString(),
		questionsFrom: row.questionsFrom?.toISOString() ?? null,
		wentLiveAt: row.wentLiveAt?.toISOString() ?? null,
		endedAt: row.endedAt?.toISOString() ?? null,
		agenda: agenda.map(({ id, title, minutes }) => ({ id, title, minutes })),
	};
}

/** How the hall of a meeting is set up. */
export function switchesOf(row: MeetingRow) {
	const {
		questionsOpen,
		vetting,
		anonymousAllowed,
		totalsHidden,
		boardOpen,
		mapOpen,
		stageOpen,
		stageHeld,
		stageRecorded,
		firstTimeFirst,
		slowModeSeconds,
		speakingMinutes,
	} = row;
	return {
		questionsOpen,
		vetting,
		anonymousAllowed,
		totalsHidden,
		boardOpen,
		mapOpen,
		stageOpen,
		stageHeld,
		stageRecorded,
		firstTimeFirst,
		slowModeSeconds,
		speakingMinutes,
	};
}

function mover(
	verb: Extract<Verb, 'meeting:publish' | 'meeting:run'>,
	to: MeetingState,
	columns: () => Partial<MeetingRow>,
): Command<typeof byId, void> {
	return command(byId, async (work, { meetingId }) => {
		authorize(work.actor, verb);
		if (!(await move(work, meetingId, to, columns))) return;
		if (to === 'scheduled') await inviteFollowers(work, await lockMeeting(work.tx, meetingId));
		work.note(verb, `meeting:${meetingId}`, { to });
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
export function changedAt(before: MeetingRow): Date {
	return new Date(Math.max(Date.now(), before.updatedAt.getTime() + 1));
}

/** Tells the hall what a meeting is now. */
export async function announceMeeting(work: Work, row: MeetingRow): Promise<void> {
	// A draft is nobody's yet: its events could be read back once it is announced.
	if (row.state === 'draft') return;
	work.record(hallRoom(row.id), 'meeting:changed', { meeting: await viewOf(work.tx, row) });
}

async function announceAllTotals(work: Work, row: MeetingRow): Promise<void> {
	const shown = await publicQuestions(work.tx, row);
	const tallies = shown.map(({ id, votes, votesWithAccount, votesAside, votesElsewhere }) => ({
		id,
		votes,
		votesWithAccount,
		votesAside,
		votesElsewhere,
	}));
	if (tallies.length) work.record(hallRoom(row.id), 'question:counted', { tallies });
}
