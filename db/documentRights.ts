// What somebody is on a shared document at this moment, by the rows: nothing is remembered from before.
import { eq, sql } from 'drizzle-orm';
import type * as Y from 'yjs';
import { beginBoard, boardForm } from '#domain/board.ts';
import type { DocumentForm, DocumentPlace, DocumentRole } from '#domain/documents.ts';
import { isRefusal, Refusal, type RefusalCode } from '#domain/errors.ts';
import { isEditable, type AgendaItem, type MeetingState } from '#domain/meetings.ts';
import { beginMinutes, minutesForm } from '#domain/minutes.ts';
import type { Actor } from '#domain/people.ts';
import { mapForm } from '#domain/pins.ts';
import { authorize, can } from '#domain/policy.ts';
import type { Round } from '#domain/rounds.ts';
import type { Reader } from './client.ts';
import { pseudonymsIn } from './identity.ts';
import { readRound } from './rounds.ts';
import { agendaItems, blocks, meetings } from './schema/index.ts';

/** What a document belongs to, as its rows are now. */
export type DocumentSubject = { board: Board } | { round: Round } | { minutes: Minutes };

/** @returns undefined when there is no such meeting or round */
export async function subjectOf(
	db: Reader,
	{ kind, id }: DocumentPlace,
): Promise<DocumentSubject | undefined> {
	if (kind === 'board') {
		const board = await boardOf(db, id);
		return board && { board };
	}
	if (kind === 'minutes') {
		const minutes = await minutesOf(db, id);
		return minutes && { minutes };
	}
	const round = await readRound(db, id);
	return round && { round };
}

/** What the actor is on a document. @throws Refusal not-found, when it is not theirs to see either */
export function rightsOn(subject: DocumentSubject | undefined, actor: Actor): DocumentRights {
	if (!subject) throw new Refusal('not-found');
	if ('minutes' in subject) return rightsOnMinutes(subject.minutes, actor);
	return 'board' in subject ? rightsOnBoard(subject.board, actor) : rightsOnMap(subject.round, actor);
}

/** Writes what a new document begins with; null where that is nothing. */
export function beginningOf(subject: DocumentSubject): ((doc: Y.Doc) => void) | null {
	if ('board' in subject) return isEditable(subject.board) ? beginBoard : null;
	if (!('minutes' in subject)) return null;
	const { agenda } = subject.minutes;
	return agenda.length > 0 ? (doc) => beginMinutes(doc, agenda) : null;
}

/** What decides who may write on a meeting's board. */
export type Board = { meetingId: string; state: MeetingState; boardOpen: boolean; blocked: string[] };

/** The rows as they are now; undefined when there is no such meeting. */
async function boardOf(db: Reader, meetingId: string): Promise<Board | undefined> {
	const [row] = await db
		.select({
			meetingId: meetings.id,
			state: meetings.state,
			boardOpen: meetings.boardOpen,
			blocked: sql<string[]>`array(select pseudonym from ${blocks}
				where ${blocks.meetingId} = ${meetingId} and ${blocks.liftedAt} is null)`,
		})
		.from(meetings)
		.where(eq(meetings.id, meetingId));
	return row;
}

/** `author` begins the keys of what they write; `pseudonyms` are all that may be theirs. `refused`: why they do not write. */
export type DocumentRights = {
	role: DocumentRole;
	author: string | null;
	pseudonyms: string[];
	refused: RefusalCode | null;
	/** The form that a document must have, as it is now. */
	form: DocumentForm;
};

/** Before the meeting a board is prepared, after it things are put in order, until it is reported. */
const edited: readonly MeetingState[] = ['scheduled', 'live', 'ended'];

/** What the actor is on a board. @throws Refusal not-found, when it is not theirs to see either */
export function rightsOnBoard(board: Board | undefined, actor: Actor): DocumentRights {
	if (!board || !can(actor, 'board:read', board)) throw new Refusal('not-found');
	const me = pseudonymsIn(board.meetingId, actor, 'board');
	const of = { author: me.account ?? me.guest, pseudonyms: me.all, form: boardForm };
	const isEditor = of.author !== null && can(actor, 'board:edit') && edited.includes(board.state);
	if (isEditor) return { ...of, role: 'editor', refused: null };
	const refused = whyNotContribute(board, actor, me.all);
	return { ...of, role: refused ? 'watcher' : 'contributor', refused };
}

function whyNotContribute(board: Board, actor: Actor, onBoard: string[]): RefusalCode | null {
	if (board.state !== 'live') return 'meeting-not-live';
	if (!board.boardOpen) return 'board-closed';
	const all = [...onBoard, ...pseudonymsIn(board.meetingId, actor).all];
	try {
		authorize(actor, 'board:write', { blocked: all.some((one) => board.blocked.includes(one)) });
		return null;
	} catch (error) {
		if (isRefusal(error)) return error.code;
		throw error;
	}
}

/** Rounds that editors put in order: from the first plan to the report. */
function rightsOnMap(round: Round, actor: Actor): DocumentRights {
	if (!can(actor, 'map:read', round)) throw new Refusal('not-found');
	const me = pseudonymsIn(round.id, actor, 'map');
	const of = { author: me.account ?? me.guest, pseudonyms: me.all, form: mapForm(round) };
	if (of.author !== null && can(actor, 'map:edit') && round.state !== 'reported')
		return { ...of, role: 'editor', refused: null };
	// Residents sign by their browser: nothing of theirs leads to an account.
	of.author = me.guest ?? me.account;
	if (round.state !== 'open') return { ...of, role: 'watcher', refused: 'round-not-open' };
	// A browser that nobody has given an identity only reads: signing in is not what it lacks.
	const mayPlace = can(actor, 'pin:place', { blocked: false });
	return { ...of, role: mayPlace ? 'contributor' : 'watcher', refused: null };
}

/** What decides who types the minutes of a meeting, and what they begin with. */
type Minutes = { meetingId: string; state: MeetingState; agenda: Pick<AgendaItem, 'id' | 'title'>[] };

async function minutesOf(db: Reader, meetingId: string): Promise<Minutes | undefined> {
	const [meeting] = await db
		.select({ meetingId: meetings.id, state: meetings.state })
		.from(meetings)
		.where(eq(meetings.id, meetingId));
	if (!meeting) return undefined;
	const agenda = await db
		.select({ id: agendaItems.id, title: agendaItems.title })
		.from(agendaItems)
		.where(eq(agendaItems.meetingId, meetingId))
		.orderBy(agendaItems.position);
	return { ...meeting, agenda };
}

/** Whoever may not type them does not learn that there are any. */
function rightsOnMinutes(minutes: Minutes, actor: Actor): DocumentRights {
	const { account, all } = pseudonymsIn(minutes.meetingId, actor, 'minutes');
	if (account === null || !can(actor, 'minutes:write', minutes)) throw new Refusal('not-found');
	return { role: 'editor', author: account, pseudonyms: all, refused: null, form: minutesForm };
}
