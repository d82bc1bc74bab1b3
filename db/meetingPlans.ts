// Planning a meeting: a draft, its changes, its copies.
import { eq, like } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { Refusal } from '#domain/errors.ts';
import { hallRoom } from '#domain/events.ts';
import { instantOf, isEditable, meetingInput, movedAlong, slugOf, wallClock } from '#domain/meetings.ts';
import { authorize } from '#domain/policy.ts';
import type { Transaction } from './client.ts';
import { command } from './command.ts';
import { copyInvited } from './invitedFollowers.ts';
import { assertUsable, newAddress, unlessTaken } from './meetingAddresses.ts';
import { announceMeeting, changedAt, lockMeeting, switchesOf, type MeetingRow } from './meetings.ts';
import { copyDraftPolls } from './polls.ts';
import { askPushes } from './pushMessages.ts';
import { askAllLetters } from './registrationLetters.ts';
import { copySetUp, fitWays } from './roomPlaces.ts';
import { agendaItems, meetings, rooms } from './schema/index.ts';

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
 * @throws Refusal changed-since, meeting-state (field `slug` for the address), meeting-times, questions-from-late, slug-taken
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
		if (!isEditable(before)) throw new Refusal('meeting-state');
		if (updatedAt !== undefined && before.updatedAt.toISOString() !== updatedAt)
			throw new Refusal('changed-since');
		const slug = input.slug ?? before.slug;
		if (slug !== before.slug && before.state !== 'draft') throw new Refusal('meeting-state', 'slug');
		const columns = { ...columnsOf(input), questionsFrom: questionsFromOf(input, before) };
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
		if (after!.placeKind !== before.placeKind) await fitWays(work.tx, after!);
		if (sequence !== before.sequence && changes.some((name) => movedBy.has(name))) {
			await askAllLetters(work.tx, meetingId, 'moved', String(sequence));
			await askPushes(work.tx, after!, 'moved', String(sequence), before);
		}
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

/** Who has registered is written to when one of these changes. */
const movedBy: ReadonlySet<string> = new Set(['startsAt', 'endsAt', 'timeZone', 'placeKind', 'place']);

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
			const { questionsFrom } = source;
			const questionsFromLocal = questionsFrom && laterBy(questionsFrom, timeZone, daysLater * time);
			const set = {
				title,
				description,
				timeZone,
				placeKind,
				place,
				languages,
				startsAtLocal,
				endsAtLocal,
				questionsFromLocal,
				agenda,
			};
			// What was opened or closed during the evening is not how the next one should begin.
			const copy = await insertMeeting(tx, set, {
				seriesId,
				...switchesOf(source),
				questionsOpen: true,
				stageHeld: false,
				// Each meeting decides anew whether it is recorded.
				stageRecorded: false,
			});
			await copyDraftPolls(tx, meetingId, copy.id);
			await copyInvited(tx, meetingId, copy.id);
			await copySetUp(tx, meetingId, copy.id);
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
			.values({ ...columnsOf(input), questionsFrom: questionsFromOf(input), ...extra, ...address })
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

/**
 * From when on questions are taken in advance. When the meeting is moved and nobody has said otherwise, a moment that is still to come
 * moves along; what has opened stays open.
 * @throws Refusal questions-from-late
 */
function questionsFromOf(input: Input, before?: MeetingRow): Date | null {
	const { questionsFromLocal: wanted, startsAtLocal, timeZone } = input;
	const was = before?.questionsFrom ?? null;
	const wasLocal = before && was && wallClock(was, before.timeZone);
	const isUntouched = wanted === undefined || (wanted ?? null) === (wasLocal ?? null);
	const from = isUntouched ? untouched() : wanted ? instantOf(wanted, timeZone) : null;
	if (from && from >= instantOf(startsAtLocal, timeZone))
		throw new Refusal('questions-from-late', 'questionsFromLocal');
	return from;

	function untouched(): Date | null {
		if (!before || !was || !wasLocal || was.getTime() <= Date.now()) return was;
		return instantOf(
			movedAlong(wasLocal, wallClock(before.startsAt, before.timeZone), startsAtLocal),
			timeZone,
		);
	}
}

function laterBy(instant: Date, zone: string, days: number): string {
	const [date, time] = wallClock(instant, zone).split('T') as [string, string];
	const later = new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
	return `${later}T${time}`;
}
