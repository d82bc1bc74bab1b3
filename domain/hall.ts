// The hall as one browser knows it: a snapshot of the page, moved on by the room's events. Pure; also what a replay does.
import { keptCaptions, type Caption } from './captions.ts';
import type { CardFacts } from './cards.ts';
import type { DocumentRole } from './documents.ts';
import type { ClaimWords } from './claims.ts';
import type { Change, RoomEvent, Seen, Tally } from './events.ts';
import type { Meeting } from './meetings.ts';
import type { Choice, DeskPoll, Poll } from './polls.ts';
import type { DeskQuestion, OwnQuestion, Question } from './questions.ts';
import type { Headcount } from './room.ts';
import type { OwnSpeaker, Speaker, Stage } from './stage.ts';

export type Hall = {
	meeting: Meeting;
	/** Public questions, in no order. */
	questions: Question[];
	/** The viewer's own questions, in every state. */
	own: OwnQuestion[];
	/** The words with which the viewer comes back to each of them, by its id. In no event: what was asked elsewhere meanwhile has none yet. */
	claims: Record<string, ClaimWords>;
	/** Ids of the questions the viewer has voted for. */
	voted: string[];
	/** The viewer may watch but not take part. */
	blocked: boolean;
	/** All questions as the desk sees them; null for those who do not moderate. */
	desk: DeskQuestion[] | null;
	stage: Stage;
	/** The viewer's own way to the stage; null in the audience. */
	speaker: OwnSpeaker | null;
	/** Everybody on the way to the stage, in the order of their hands; null for those who do not moderate. */
	speakers: Speaker[] | null;
	/** The viewer has said that they are in the room. */
	inRoom: boolean;
	/** How many are in the room and on the phone; null for those who are not of the city. */
	heads: Headcount | null;
	/** The viewer may write captions. */
	mayCaption: boolean;
	/** The last captions in all languages, in the order they were written. */
	captions: Caption[];
	/** What the viewer is on the concern board while it is open, and how the keys of their cards begin; null: there is no board to go to. */
	board: { author: string | null; role: DocumentRole } | null;
	/** What is counted and decided of the board's cards: those that somebody supports, or that have become a concern. */
	cards: CardFacts[];
	/** Keys of the cards that the viewer supports. */
	supported: string[];
	/** Polls that are open or closed, by number. */
	polls: Poll[];
	/** What the viewer has answered in open polls, by the poll's id. In no event; of closed ones nobody knows it any more. */
	ballots: Record<string, Choice>;
	/** All polls as the desk sees them, by number; null for those who do not moderate. */
	deskPolls: DeskPoll[] | null;
	/** Number of the last event of each room that is in here: the rooms to join, and from where. */
	seen: Seen;
};

/**
 * The hall after an event. An event that is in it already changes nothing.
 * @returns the same object when nothing changed, else a new one
 */
export function applyEvent(hall: Hall, event: RoomEvent): Hall {
	if (event.seq <= (hall.seen[event.room] ?? 0)) return hall;
	const seen = { ...hall.seen, [event.room]: event.seq };
	switch (event.type) {
		case 'meeting:changed':
			return { ...hall, seen, meeting: event.payload.meeting };
		case 'question:changed':
			return { ...hall, seen, questions: replaced(hall.questions, event.payload.question) };
		case 'question:removed':
			return { ...hall, seen, questions: hall.questions.filter(({ id }) => id !== event.payload.questionId) };
		case 'question:counted':
			return {
				...hall,
				seen,
				questions: counted(hall.questions, event.payload.tallies),
				// A hidden total (null) says nothing to the desk, which sees all.
				desk:
					hall.desk &&
					counted(
						hall.desk,
						event.payload.tallies.filter(({ votes }) => votes !== null),
					),
			};
		case 'desk:question':
			return { ...hall, seen, desk: hall.desk && replaced(hall.desk, event.payload.question) };
		case 'desk:counted':
			return { ...hall, seen, desk: hall.desk && counted(hall.desk, event.payload.tallies) };
		case 'desk:flagged': {
			const { questionId } = event.payload;
			return {
				...hall,
				seen,
				desk: hall.desk && hall.desk.map((q) => (q.id === questionId ? { ...q, flaggedAt: event.at } : q)),
			};
		}
		case 'own:question':
			return { ...hall, seen, own: replaced(hall.own, event.payload.question) };
		case 'stage:changed':
			return { ...hall, seen, stage: event.payload.stage };
		case 'card:facts': {
			const { cards } = event.payload;
			const isTold = new Set(cards.map(({ key }) => key));
			return { ...hall, seen, cards: [...hall.cards.filter(({ key }) => !isTold.has(key)), ...cards] };
		}
		case 'poll:opened':
		case 'poll:closed':
		case 'poll:results':
		case 'poll:changed': {
			const { poll } = event.payload;
			const { [poll.id]: own, ...others } = hall.ballots;
			const ballots = poll.state === 'open' || own === undefined ? hall.ballots : others;
			return { ...hall, seen, polls: replaced(hall.polls, poll), ballots };
		}
		case 'poll:progress': {
			const { pollId, voted } = event.payload;
			const counted = <P extends Poll>(list: P[]) =>
				list.map((poll) => (poll.id === pollId ? { ...poll, voted } : poll));
			return {
				...hall,
				seen,
				polls: counted(hall.polls),
				deskPolls: hall.deskPolls && counted(hall.deskPolls),
			};
		}
		case 'desk:poll':
			return { ...hall, seen, deskPolls: hall.deskPolls && replaced(hall.deskPolls, event.payload.poll) };
		case 'desk:poll-discarded': {
			const { pollId } = event.payload;
			return {
				...hall,
				seen,
				deskPolls: hall.deskPolls && hall.deskPolls.filter(({ id }) => id !== pollId),
			};
		}
		case 'caption:written':
			return { ...hall, seen, captions: [...hall.captions, event.payload.caption].slice(-keptCaptions) };
		// A hall does not show them; its pages are told.
		case 'minutes:published':
			return { ...hall, seen };
		case 'caption:corrected': {
			const { caption } = event.payload;
			return { ...hall, seen, captions: hall.captions.map((one) => (one.id === caption.id ? caption : one)) };
		}
		case 'desk:stage':
			return { ...hall, seen, speakers: hall.speakers && event.payload.speakers };
		case 'city:heads':
			return { ...hall, seen, heads: hall.heads && event.payload.heads };
		case 'own:speaker':
			return { ...hall, seen, speaker: event.payload.speaker };
		case 'own:blocked':
			return { ...hall, seen, blocked: event.payload.blocked };
		// Of a map's rooms, which a hall is not in.
		default:
			return hall;
	}
}

/** Whether the event is the very next one of its room; if not, something between was lost and has to be asked for. */
export function follows(hall: Hall, event: RoomEvent): boolean {
	return event.seq === (hall.seen[event.room] ?? 0) + 1;
}

/** How many questions were published, answered … while a browser was away, most first. */
export type Missed = { change: Change; count: number }[];

/** What a browser missed, for "you missed 38 s: 2 questions answered". Counts questions by their last change; totals do not count. */
export function summaryOf(missed: readonly RoomEvent[]): Missed {
	const last = new Map<string, Change>();
	for (const event of missed) {
		if (event.type === 'question:changed') last.set(event.payload.question.id, event.payload.change);
		if (event.type === 'question:removed') last.set(event.payload.questionId, event.payload.change);
	}
	return mostFirst([...last.values()]);
}

/** The same from two snapshots, for when so much was missed that the hall was read anew. */
export function summaryBetween(before: Hall, after: Hall): Missed {
	const known = new Map(before.questions.map((question) => [question.id, question]));
	const changes = after.questions.flatMap((question): Change[] => {
		const was = known.get(question.id);
		if (!was) return question.state === 'published' ? ['published'] : ['published', ...outcomeOf(question)];
		return was.state === question.state ? [] : outcomeOf(question);
	});
	return mostFirst(changes);
}

/** Two summaries in one: the line was lost again before the first was read. */
export function summariesTogether(first: Missed, second: Missed): Missed {
	return mostFirst([...first, ...second].flatMap(({ change, count }) => Array<Change>(count).fill(change)));
}

function outcomeOf({ state }: Question): Change[] {
	if (state === 'published') return ['reopened'];
	const isChange = (known: string): known is Extract<Question['state'], Change> =>
		known !== 'submitted' && known !== 'published';
	return isChange(state) ? [state] : [];
}

function mostFirst(changes: Change[]): Missed {
	const counts = new Map<Change, number>();
	for (const change of changes) counts.set(change, (counts.get(change) ?? 0) + 1);
	return [...counts].map(([change, count]) => ({ change, count })).sort((a, b) => b.count - a.count);
}

function replaced<Q extends { id: string }>(list: Q[], question: Q): Q[] {
	const at = list.findIndex(({ id }) => id === question.id);
	if (at === -1) return [...list, question];
	return list.with(at, question);
}

function counted<Q extends Question>(list: Q[], tallies: readonly Tally[]): Q[] {
	if (tallies.length === 0) return list;
	const byId = new Map(tallies.map((tally) => [tally.id, tally]));
	return list.map((question) => {
		const tally = byId.get(question.id);
		return tally ? { ...question, ...tally } : question;
	});
}
