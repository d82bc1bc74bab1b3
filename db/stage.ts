// The way to the stage: hands in the order they were raised, invitations, the green room, on air, and back.
import { and, asc, eq, getTableColumns, inArray, isNotNull, ne, notExists, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { randomUUID } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import { deskRoom, hallRoom, personRoom } from '#domain/events.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';
import {
	inQueueOrder,
	interpreterInput,
	raiseInput,
	speakerInput,
	speakerMoves,
	stageInput,
	type NextUp,
	type OnStage,
	type OwnSpeaker,
	type Speaker,
	type SpeakerChannel,
	type SpeakerState,
	type Stage,
} from '#domain/stage.ts';
import { isBlocked } from './blocked.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import { pseudonymsIn } from './identity.ts';
import { isInRoom } from './room.ts';
import { meetings, speakers } from './schema/index.ts';

type Row = typeof speakers.$inferSelect;
/** Somebody on the way, in a queue. */
export type SpeakerRow = Row & { isFirstTime: boolean };
type MeetingRow = typeof meetings.$inferSelect;

/**
 * Raises a hand: one's place is at the end of the queue. A second time changes nothing but the name.
 * @throws Refusal not-found, meeting-not-live, stage-closed, blocked
 */
export const raiseHand = command(raiseInput, async (work, { meetingId, name }): Promise<OwnSpeaker> => {
	const channel = (await isInRoom(work.tx, meetingId, work.actor)) ? 'room' : 'online';
	const meeting = await lockQueue(work, meetingId, channel);
	const me = pseudonymsIn(meetingId, work.actor);
	authorize(work.actor, 'stage:ask', { blocked: await isBlocked(work.tx, meetingId, me.all) });
	// Whoever is signed in speaks under the name of the account.
	const shown = work.actor.account?.name || name;
	if (!shown && channel === 'online') throw new Refusal('bad-input', 'name');
	return enter(work, meeting, (me.account ?? me.guest)!, {
		name: shown,
		channel,
		state: 'waiting',
		isModerator: false,
	});
});

/**
 * Somebody of the city brings somebody into the queue who stands at the microphone in the room: nobody's browser, a name only if given.
 * @returns its id, by which it is taken out again
 * @throws Refusal not-found, forbidden, meeting-not-live, no-room
 */
export const addAtMicrophone = command(
	raiseInput,
	async (work, { meetingId, name }): Promise<{ id: string }> => {
		authorize(work.actor, 'proxy:enter');
		const meeting = await lockQueue(work, meetingId, 'room');
		const as = { name, channel: 'room', state: 'waiting', isModerator: false } as const;
		const { id } = await enter(work, meeting, `room:${randomUUID()}`, as);
		return { id };
	},
);

/** A moderator takes the stage, at once and by their own name. @throws Refusal forbidden, meeting-not-live, stage-closed */
export const takeStage = command(stageInput, async (work, { meetingId }): Promise<OwnSpeaker> => {
	authorize(work.actor, 'stage:manage');
	const meeting = await lockQueue(work, meetingId, 'online');
	const me = pseudonymsIn(meetingId, work.actor);
	const name = work.actor.account?.name || 'Moderator';
	const as = { name, channel: 'online', state: 'on-air', isModerator: true } as const;
	return enter(work, meeting, (me.account ?? me.guest)!, as);
});

/**
 * Moves a speaker on their way: a moderator invites, admits and dismisses, the speaker accepts and leaves.
 * @throws Refusal not-found, forbidden, speaker-state
 */
export const moveSpeaker = command(speakerInput, async (work, { speakerId, move }) => {
	const { tx, actor } = work;
	const [known] = await tx.select().from(speakers).where(eq(speakers.id, speakerId));
	if (!known) throw new Refusal('not-found');
	const meeting = await lockStage(tx, known.meetingId);
	const [speaker] = await tx.select().from(speakers).where(eq(speakers.id, speakerId)).for('no key update');
	const { from, to, by } = speakerMoves[move];
	const own = pseudonymsIn(meeting.id, actor).all.includes(speaker!.pseudonym);
	const isRoom = speaker!.channel === 'room';
	// Whoever brought somebody in from the room may let them go again.
	const isCorrection =
		isRoom && move === 'dismiss' && speaker!.state === 'waiting' && can(actor, 'proxy:enter');
	if (isCorrection) work.note('stage:dismiss', `speaker:${speakerId}`);
	else if (by === 'moderator') authorize(actor, 'stage:manage');
	// Somebody else's hand and one that is not there look the same.
	else if (!can(actor, 'stage:move', { own, blocked: false })) throw new Refusal('not-found');
	if (speaker!.state === to) return;
	if (!(from as readonly SpeakerState[]).includes(speaker!.state)) throw new Refusal('speaker-state');
	if (to !== 'left') {
		if (isRoom !== (move === 'call')) throw new Refusal('speaker-state');
		assertQueueOpen(meeting, speaker!.channel);
	}
	// There is one microphone in the room: whoever stands there makes way.
	const atMicrophone = and(eq(speakers.channel, 'room'), eq(speakers.state, 'on-air'));
	const gone = move === 'call' ? await leaveQuietly(tx, meeting.id, atMicrophone) : [];
	await tx
		.update(speakers)
		.set({ state: to, changedAt: sql`now()`, ...(to === 'on-air' && { onAirAt: sql`now()` }) })
		.where(eq(speakers.id, speakerId));
	await announceStage(work, meeting.id, [speaker!.pseudonym, ...gone.map(({ pseudonym }) => pseudonym)]);
	if (by === 'moderator' && !isCorrection) work.note(`stage:${move}`, `speaker:${speakerId}`);
});

/** A moderator says that a speaker interprets for others, or no longer. @throws Refusal not-found, forbidden */
export const markInterpreter = command(interpreterInput, async (work, { speakerId, isInterpreter }) => {
	authorize(work.actor, 'stage:manage');
	const [known] = await work.tx.select().from(speakers).where(eq(speakers.id, speakerId));
	if (!known) throw new Refusal('not-found');
	await lockStage(work.tx, known.meetingId);
	await work.tx.update(speakers).set({ isInterpreter }).where(eq(speakers.id, speakerId));
	await announceStage(work, known.meetingId);
	work.note('stage:interpret', `speaker:${speakerId}`, { isInterpreter });
});

/** Sends everybody but the moderators back to the audience; hands stay up. */
export const sendAllBack = command(stageInput, async (work, { meetingId }) => {
	authorize(work.actor, 'stage:manage');
	await lockStage(work.tx, meetingId);
	const isThere = inArray(speakers.state, ['invited', 'green-room', 'on-air']);
	await leave(work, meetingId, and(isThere, eq(speakers.isModerator, false)));
	work.note('stage:clear', `meeting:${meetingId}`);
});

/** Sends everybody back to the audience, as the end of a meeting does. */
export async function clearStage(work: Work, meetingId: string): Promise<void> {
	await leave(work, meetingId, ne(speakers.state, 'left'));
}

/** The stage is closed: whoever came by browser is in the audience again; the queue for the room's microphone stays. */
export async function closeStage(work: Work, meetingId: string): Promise<void> {
	await leave(work, meetingId, and(eq(speakers.channel, 'online'), ne(speakers.state, 'left')));
}

/** Sends one back who is blocked now, wherever they are on the way. */
export async function sendBack(work: Work, meetingId: string, pseudonym: string): Promise<void> {
	await leave(work, meetingId, and(eq(speakers.pseudonym, pseudonym), ne(speakers.state, 'left')));
}

async function leave(work: Work, meetingId: string, who: SQL | undefined): Promise<void> {
	const gone = await leaveQuietly(work.tx, meetingId, who);
	if (gone.length === 0) return;
	await announceStage(
		work,
		meetingId,
		gone.map(({ pseudonym }) => pseudonym),
	);
}

function leaveQuietly(tx: Transaction, meetingId: string, who: SQL | undefined): Promise<Row[]> {
	return tx
		.update(speakers)
		.set({ state: 'left', changedAt: sql`now()` })
		.where(and(eq(speakers.meetingId, meetingId), who))
		.returning();
}

/** The stage as everybody sees it. */
export async function stageOf(db: Reader, meetingId: string): Promise<Stage> {
	return viewOf(await queueOf(db, meetingId));
}

/** The whole queue, as moderators see it. */
export async function speakersOf(db: Reader, meetingId: string): Promise<Speaker[]> {
	return (await queueOf(db, meetingId)).map(speakerView);
}

/** The actor's own way to the stage; null for those in the audience. */
export async function ownSpeaker(
	db: Reader,
	meetingId: string,
	pseudonyms: string[],
): Promise<OwnSpeaker | null> {
	const queue = await queueOf(db, meetingId);
	const own = queue.find(({ pseudonym }) => pseudonyms.includes(pseudonym));
	return own ? ownView(own, queue) : null;
}

/** What decides who may send and who may receive, for every call of the stage. */
export type StageRights = {
	meeting: Pick<MeetingRow, 'id' | 'state' | 'stageOpen' | 'stageHeld' | 'stageRecorded'>;
	speakers: Map<string, SpeakerRow>;
};

/** @throws Refusal not-found */
export async function stageRights(db: Database, meetingId: string): Promise<StageRights> {
	const [meeting] = await db.select().from(meetings).where(eq(meetings.id, meetingId));
	if (!meeting) throw new Refusal('not-found');
	const queue = await queueOf(db, meetingId);
	return { meeting, speakers: new Map(queue.map((speaker) => [speaker.id, speaker])) };
}

/** The speaker that the actor is, if on the way. */
export function speakerOf({ meeting, speakers }: StageRights, actor: Actor): SpeakerRow | undefined {
	const me = pseudonymsIn(meeting.id, actor).all;
	return [...speakers.values()].find(({ pseudonym }) => me.includes(pseudonym));
}

async function enter(
	work: Work,
	meeting: MeetingRow,
	pseudonym: string,
	as: Pick<Row, 'name' | 'channel' | 'state' | 'isModerator'>,
): Promise<OwnSpeaker> {
	const { tx } = work;
	const onAirAt = as.state === 'on-air' ? sql`now()` : null;
	await tx
		.insert(speakers)
		.values({ meetingId: meeting.id, pseudonym, ...as, onAirAt })
		.onConflictDoUpdate({
			target: [speakers.meetingId, speakers.pseudonym],
			targetWhere: ne(speakers.state, 'left'),
			// A moderator who had raised a hand is on the stage now; a hand that is up stays where it is.
			set: as.isModerator ? { ...as, onAirAt: sql`coalesce(${speakers.onAirAt}, now())` } : { name: as.name },
		});
	await announceStage(work, meeting.id, [pseudonym]);
	return (await ownSpeaker(tx, meeting.id, [pseudonym]))!;
}

export async function lockStage(tx: Transaction, meetingId: string): Promise<MeetingRow> {
	// The meeting's row is locked: the queue changes one act at a time, and announcements tell it whole.
	const [meeting] = await tx.select().from(meetings).where(eq(meetings.id, meetingId)).for('no key update');
	if (!meeting) throw new Refusal('not-found');
	return meeting;
}

async function lockQueue(work: Work, meetingId: string, channel: SpeakerChannel): Promise<MeetingRow> {
	const meeting = await lockStage(work.tx, meetingId);
	if (!can(work.actor, 'meeting:read', meeting)) throw new Refusal('not-found');
	assertQueueOpen(meeting, channel);
	return meeting;
}

/** The stage is opened and closed; the microphone in the room is there wherever there is a room. */
function assertQueueOpen(
	meeting: Pick<MeetingRow, 'state' | 'stageOpen' | 'placeKind'>,
	channel: SpeakerChannel,
): void {
	if (meeting.state !== 'live') throw new Refusal('meeting-not-live');
	if (channel === 'room' && meeting.placeKind === 'online') throw new Refusal('no-room');
	if (channel === 'online' && !meeting.stageOpen) throw new Refusal('stage-closed');
}

/** Tells the hall, the desk and those concerned what the stage is now. @param changed pseudonyms beside those who wait */
export async function announceStage(work: Work, meetingId: string, changed: string[] = []): Promise<void> {
	const queue = await queueOf(work.tx, meetingId);
	work.record(hallRoom(meetingId), 'stage:changed', { stage: viewOf(queue) });
	work.record(deskRoom(meetingId), 'desk:stage', { speakers: queue.map(speakerView) });
	// Whoever waits has another place now.
	const told = new Set([...changed, ...queue.filter(isWaiting).map(({ pseudonym }) => pseudonym)]);
	for (const pseudonym of told) {
		// Nobody's browser.
		if (pseudonym.startsWith('room:')) continue;
		const own = queue.find((speaker) => speaker.pseudonym === pseudonym);
		work.record(personRoom(meetingId, pseudonym), 'own:speaker', {
			speaker: own ? ownView(own, queue) : null,
		});
	}
	await work.tx.execute(sql`select pg_notify('stage', ${meetingId})`);
}

async function queueOf(db: Reader, meetingId: string): Promise<SpeakerRow[]> {
	const earlier = alias(speakers, 'earlier');
	const spokeBefore = db
		.select({ id: earlier.id })
		.from(earlier)
		.where(
			and(
				eq(earlier.meetingId, speakers.meetingId),
				eq(earlier.pseudonym, speakers.pseudonym),
				ne(earlier.id, speakers.id),
				isNotNull(earlier.onAirAt),
			),
		);
	const rows = await db
		.select({
			...getTableColumns(speakers),
			isFirstTime: sql<boolean>`${notExists(spokeBefore)}`,
			firstTimeFirst: meetings.firstTimeFirst,
		})
		.from(speakers)
		.innerJoin(meetings, eq(meetings.id, speakers.meetingId))
		.where(
			and(
				eq(speakers.meetingId, meetingId),
				inArray(speakers.state, ['waiting', 'invited', 'green-room', 'on-air']),
			),
		)
		.orderBy(asc(speakers.raisedAt), asc(speakers.id));
	return inQueueOrder(rows, { firstTimeFirst: rows[0]?.firstTimeFirst ?? false });
}

const isWaiting = ({ state }: Row) => state === 'waiting';

function viewOf(queue: SpeakerRow[]): Stage {
	const onAir = queue.filter(({ state }) => state === 'on-air');
	return {
		onAir: onAir.map(onStageView),
		waiting: queue.filter(isWaiting).length,
		next: nextOf(queue.find(isWaiting)),
	};
}

function nextOf(next: Row | undefined): NextUp | null {
	if (!next) return null;
	return { channel: next.channel, name: (next.channel === 'room' && next.name) || null };
}

function onStageView({ id, name, channel, isModerator, isInterpreter, state, onAirAt }: Row): OnStage {
	return {
		id,
		name,
		channel,
		isModerator,
		isInterpreter,
		onAirSince: state === 'on-air' ? (onAirAt?.toISOString() ?? null) : null,
	};
}

function speakerView(row: SpeakerRow): Speaker {
	const { state, raisedAt, isFirstTime } = row;
	return { ...onStageView(row), state, raisedAt: raisedAt.toISOString(), isFirstTime };
}

function ownView(own: SpeakerRow, queue: SpeakerRow[]): OwnSpeaker {
	const place = isWaiting(own) ? queue.filter(isWaiting).findIndex(({ id }) => id === own.id) + 1 : null;
	return { id: own.id, name: own.name, channel: own.channel, state: own.state, place };
}
