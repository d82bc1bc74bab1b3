// What the hall's page starts from: everything the viewer may see, and the event numbers it is true at.
import { and, eq, inArray, sql } from 'drizzle-orm';
import { cityRoom, deskRoom, hallRoom, personRoom } from '#domain/events.ts';
import type { Hall } from '#domain/hall.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';
import { isBlocked } from './blocked.ts';
import { cardFacts, supportedCards } from './cardFacts.ts';
import { lastCaptions } from './captions.ts';
import { ownClaims } from './claimWords.ts';
import type { Database } from './client.ts';
import { rightsOnBoard } from './documentRights.ts';
import { lastSeqs } from './events.ts';
import { pseudonymsIn } from './identity.ts';
import { readMeeting } from './meetings.ts';
import { deskPolls, publicPolls } from './pollReads.ts';
import { ownBallots } from './pollVotes.ts';
import { deskQuestions, ownQuestions, publicQuestions } from './questions.ts';
import { isInRoom, readHeads } from './room.ts';
import { questions, votes } from './schema/index.ts';
import { ownSpeaker, speakersOf, stageOf } from './stage.ts';

/** Rooms the actor listens to in a meeting. */
export function roomsFor(actor: Actor, meetingId: string): string[] {
	const persons = pseudonymsIn(meetingId, actor).all.map((pseudonym) => personRoom(meetingId, pseudonym));
	return [
		hallRoom(meetingId),
		...(can(actor, 'desk:join') ? [deskRoom(meetingId)] : []),
		...(can(actor, 'room:count') ? [cityRoom(meetingId)] : []),
		...persons,
	];
}

/**
 * The hall of a meeting as the actor may see it, read at one moment, so that the events after `seen` continue it without a gap.
 * @throws Refusal not-found
 */
export async function readHall(db: Database, actor: Actor, slug: string): Promise<Hall> {
	return db.transaction(
		async (tx) => {
			const { row, meeting } = await readMeeting(tx, actor, slug);
			authorize(actor, 'hall:join', row);
			const me = pseudonymsIn(row.id, actor).all;
			return {
				meeting,
				questions: await publicQuestions(tx, row),
				own: await ownQuestions(tx, row.id, me),
				claims: await ownClaims(tx, row.id, me),
				voted: await votedFor(tx, row.id, me),
				blocked: await isBlocked(tx, row.id, me),
				desk: can(actor, 'desk:join') ? await deskQuestions(tx, row.id) : null,
				stage: await stageOf(tx, row.id),
				speaker: await ownSpeaker(tx, row.id, me),
				speakers: can(actor, 'stage:manage') ? await speakersOf(tx, row.id) : null,
				inRoom: await isInRoom(tx, row.id, actor),
				heads: can(actor, 'room:count') ? await readHeads(tx, row.id) : null,
				mayCaption: can(actor, 'caption:write'),
				captions: await lastCaptions(tx, row.id),
				board: boardFor(row.id, actor),
				cards: await cardFacts(tx, row.id),
				supported: await supportedCards(tx, row.id, me),
				polls: await publicPolls(tx, row.id),
				ballots: await ownBallots(tx, row.id, actor),
				deskPolls: can(actor, 'poll:run') ? await deskPolls(tx, row.id) : null,
				seen: await lastSeqs(tx, roomsFor(actor, row.id)),
			};
		},
		{ isolationLevel: 'repeatable read', accessMode: 'read only' },
	);
}

/** As if it were open: whether it is, and whether the viewer is blocked, the hall knows at each moment. */
function boardFor(meetingId: string, actor: Actor): Hall['board'] {
	const { author, role } = rightsOnBoard({ meetingId, state: 'live', boardOpen: true, blocked: [] }, actor);
	return { author, role };
}

async function votedFor(
	tx: Parameters<Parameters<Database['transaction']>[0]>[0],
	meetingId: string,
	pseudonyms: string[],
): Promise<string[]> {
	if (pseudonyms.length === 0) return [];
	const rows = await tx
		.selectDistinct({ id: votes.questionId })
		.from(votes)
		.innerJoin(questions, eq(questions.id, votes.questionId))
		.where(
			and(eq(questions.meetingId, meetingId), inArray(votes.voter, pseudonyms), sql`${votes.via} is null`),
		);
	return rows.map(({ id }) => id);
}
