// The replay of a meeting that is over: made from its events, and only of what was public then and still is.
import type { Caption } from './captions.ts';
import type { Channel } from './channels.ts';
import type { RoomEvent } from './events.ts';
import type { Meeting } from './meetings.ts';
import type { PollResult } from './pollCounts.ts';
import type { Poll } from './polls.ts';
import { isPublic, type Question, type QuestionState } from './questions.ts';
import type { Recording } from './recordings.ts';

/** All `at` of a replay are seconds since the meeting went live, to the millisecond. */
export type QuestionStep = {
	at: number;
	/** Null: it was not to be seen. */
	state: QuestionState | null;
	pinned: boolean;
};
/** Null: totals were hidden. `byHand`: counted in the room, on the phone and on paper. */
export type CountStep = { at: number; votes: number | null; byHand: number };
export type ReplayQuestion = {
	id: string;
	number: number;
	text: string;
	askedBy: string | null;
	channel: Channel;
	steps: QuestionStep[];
	counts: CountStep[];
};
export type PollStep = { at: number } & Pick<Poll, 'state' | 'voted' | 'present' | 'result'>;
/** `poll`: what was asked; how it stood is in the steps. */
export type ReplayPoll = { poll: Poll; steps: PollStep[] };
export type OpenStep = { at: number; board: boolean; map: boolean };
export type ReplayLine = { at: number; language: string; text: string };
/** A point of the agenda. `byPlan`: nobody noted when it began, the agenda's minutes say so. `notes`: what the minutes of the meeting say of it. */
export type ReplayPoint = { at: number; title: string; byPlan: boolean; notes: string };
/** A film that can be watched. `at`: when its second 0 was. */
export type ReplayFilm = { id: string; at: number; seconds: number };

/** Everything that plays along with the films, small enough for one answer. */
export type Replay = {
	slug: string;
	title: string;
	timeZone: string;
	beginsAt: string;
	seconds: number;
	questions: ReplayQuestion[];
	polls: ReplayPoll[];
	/** What was open to everybody, as it was switched. */
	open: OpenStep[];
	/** What was said, in all languages, as its captions say it now. */
	lines: ReplayLine[];
	agenda: ReplayPoint[];
	films: ReplayFilm[];
	/** When the board and the map were changed. */
	boardChanges: number[];
	mapChanges: number[];
	/** Totals and turnouts are told so many seconds apart at least; 0: each. */
	countsEvery: number;
};

/** What a replay is made from. Questions, polls and captions are those that everybody sees now, as they are now. */
export type ReplayFacts = {
	meeting: Pick<
		Meeting,
		'slug' | 'title' | 'timeZone' | 'startsAt' | 'wentLiveAt' | 'endedAt' | 'agenda' | 'totalsHidden'
	>;
	/** Of the hall's room, from the first to the end of the meeting, in any order. */
	events: readonly RoomEvent[];
	questions: readonly Question[];
	polls: readonly Poll[];
	captions: readonly Caption[];
	recordings: readonly Recording[];
	/** The minutes as they were published last. `at`: the second in which an item began. */
	minutes: readonly { title: string; text: string; at: number | null }[];
	/** Moments at which the documents were changed, milliseconds since 1970. */
	boardChanges: readonly number[];
	mapChanges: readonly number[];
};

/** So many totals and turnouts fit into one answer; of more, fewer are told. */
export const mostCounts = 20_000;
/** So many changes of a document are told apart. */
export const mostChanges = 2_000;

/** The replay of a meeting that was held. */
export function replayOf(facts: ReplayFacts): Replay {
	const { meeting } = facts;
	const begin = Date.parse(meeting.wentLiveAt ?? meeting.startsAt);
	const end = Math.max(begin, Date.parse(meeting.endedAt ?? meeting.wentLiveAt ?? meeting.startsAt));
	const seconds = roundedTo(1_000, (end - begin) / 1_000);
	const clock = (ms: number) => Math.min(seconds, Math.max(0, roundedTo(1_000, (ms - begin) / 1_000)));
	const timed = inTurn(facts.events, clock);

	const shown = facts.questions.filter((question) => isPublic(question) && question.state !== 'merged');
	const tracks = tracksOf(timed, shown);
	const questions = shown.map(({ id, number, text, askedBy, channel }): ReplayQuestion => {
		const { steps, counts } = tracks.get(id)!;
		return {
			...{ id, number, text, askedBy, channel },
			steps: lastAtEach(steps),
			// What is hidden now may have been shown for a while: a replay does not bring it back.
			counts: meeting.totalsHidden ? [] : lastAtEach(counts),
		};
	});
	const polls = facts.polls.map((poll) => pollIn(timed, poll));
	const countsEvery = thin(questions, polls);
	const changes = (list: readonly number[]) =>
		fewerOf(list.filter((ms) => ms <= end).map(clock), mostChanges);
	return {
		...{ slug: meeting.slug, title: meeting.title, timeZone: meeting.timeZone, seconds, countsEvery },
		beginsAt: new Date(begin).toISOString(),
		questions: questions.filter(({ steps }) => steps.length > 0).toSorted((a, b) => a.number - b.number),
		polls: polls.filter(({ steps }) => steps.length > 0),
		open: lastAtEach(
			timed.flatMap(({ at, event }): OpenStep[] => {
				if (event.type !== 'meeting:changed') return [];
				const { boardOpen, mapOpen, state } = event.payload.meeting;
				return state === 'live' ? [{ at, board: boardOpen, map: mapOpen }] : [];
			}),
		),
		lines: facts.captions
			.map(({ at, language, text }) => ({ ms: Date.parse(at), language, text }))
			.filter(({ ms }) => ms <= end)
			.map(({ ms, ...line }) => ({ at: clock(ms), ...line })),
		agenda: agendaOf(facts, clock, seconds),
		films: facts.recordings.flatMap(({ id, state, startedAt, seconds: length }) =>
			state === 'ready' && length
				? [{ id, at: roundedTo(1_000, (Date.parse(startedAt) - begin) / 1_000), seconds: length }]
				: [],
		),
		boardChanges: changes(facts.boardChanges),
		mapChanges: changes(facts.mapChanges),
	};
}

type Timed = { at: number; event: RoomEvent };

/**
 * Events in the order of their numbers. Their times are when their commands began: one that waited for another is told after it,
 * and happened after it for everybody.
 */
function inTurn(events: readonly RoomEvent[], clock: (ms: number) => number): Timed[] {
	let last = 0;
	return events
		.toSorted((a, b) => a.seq - b.seq)
		.map((event) => ({ at: (last = Math.max(last, clock(Date.parse(event.at)))), event }));
}

type Track = Pick<ReplayQuestion, 'steps' | 'counts'> & Pick<CountStep, 'votes' | 'byHand'>;

/** How each question that is public now stood: its states and its totals, by its id. */
function tracksOf(timed: readonly Timed[], questions: readonly Question[]): Map<string, Track> {
	const tracks = new Map<string, Track>(
		questions.map(({ id }) => [id, { steps: [], counts: [], votes: null, byHand: 0 }]),
	);
	const count = (track: Track, at: number) => {
		const before = track.counts.at(-1);
		const { votes, byHand } = track;
		if (before?.votes !== votes || before.byHand !== byHand) track.counts.push({ at, votes, byHand });
	};
	for (const { at, event } of timed) {
		if (event.type === 'question:removed')
			tracks.get(event.payload.questionId)?.steps.push({ at, state: null, pinned: false });
		if (event.type === 'question:changed') {
			const { question } = event.payload;
			const track = tracks.get(question.id);
			if (!track) continue;
			track.steps.push({ at, state: question.state, pinned: question.pinned });
			track.votes = question.votes;
			track.byHand = handsOf(question.votesElsewhere);
			count(track, at);
		}
		if (event.type === 'question:counted')
			for (const { id, votes, votesElsewhere } of event.payload.tallies) {
				const track = tracks.get(id);
				if (!track) continue;
				track.votes = votes;
				if (votesElsewhere !== undefined) track.byHand = handsOf(votesElsewhere);
				count(track, at);
			}
	}
	return tracks;
}

const handsOf = (elsewhere: Question['votesElsewhere'] | undefined): number =>
	elsewhere ? elsewhere.room + elsewhere.phone + elsewhere.paper : 0;

function pollIn(timed: readonly Timed[], now: Poll): ReplayPoll {
	const steps: PollStep[] = [];
	for (const { at, event } of timed) {
		if (event.type === 'poll:progress') {
			const before = steps.at(-1);
			const { pollId, voted } = event.payload;
			if (pollId === now.id && before) steps.push({ ...before, at, voted });
			continue;
		}
		const isOfPoll = ['poll:opened', 'poll:closed', 'poll:results', 'poll:changed'].includes(event.type);
		if (!isOfPoll) continue;
		const { poll } = event.payload as { poll: Poll };
		if (poll.id !== now.id) continue;
		const { state, voted, present, result } = poll;
		steps.push({ at, state, voted, present, result: stillShown(result, now.result) });
	}
	return { poll: { ...now, result: null, onScreen: false, concern: null }, steps: lastAtEach(steps) };
}

/** A result as it was shown, without words that were taken back since. */
function stillShown(then: PollResult | null, now: PollResult | null): PollResult | null {
	if (!then || !now) return null;
	if (then.kind !== 'words' || now.kind !== 'words') return then;
	const isFine = new Set(now.words.map(({ word }) => word));
	const words = then.words.filter(({ word }) => isFine.has(word));
	return { ...then, words, withheld: then.withheld + then.words.length - words.length };
}

/** As the minutes tell it, where they say when something began; else by plan. */
function agendaOf(
	{ meeting, minutes }: Pick<ReplayFacts, 'meeting' | 'minutes'>,
	clock: (ms: number) => number,
	seconds: number,
): ReplayPoint[] {
	const noted = minutes.flatMap(({ title, text, at }): ReplayPoint[] =>
		at !== null && at <= seconds && title ? [{ at, title, byPlan: false, notes: text }] : [],
	);
	if (noted.length > 0) return noted.toSorted((a, b) => a.at - b.at);
	let ms = Date.parse(meeting.startsAt);
	const end = Date.parse(meeting.endedAt ?? meeting.startsAt);
	return meeting.agenda.flatMap(({ title, minutes }) => {
		const from = ms;
		ms += minutes * 60_000;
		// What the evening did not get to has no moment in it.
		return from <= end ? [{ at: clock(from), title, byPlan: true, notes: '' }] : [];
	});
}

/** Several at the same instant are one: the last of them is what everybody saw. */
function lastAtEach<Step extends { at: number }>(steps: readonly Step[]): Step[] {
	return steps.filter((step, i) => steps[i + 1]?.at !== step.at);
}

/** Leaves away totals and turnouts that were told close to each other, until the rest fits. @returns how many seconds apart they are */
function thin(questions: ReplayQuestion[], polls: ReplayPoll[]): number {
	const all = () =>
		[...questions.map(({ counts }) => counts), ...polls.map(({ steps }) => steps)].reduce(
			(sum, { length }) => sum + length,
			0,
		);
	for (const every of [0, 1, 5, 15, 60, 300]) {
		if (every > 0) {
			for (const one of questions) one.counts = lastInEach(every, one.counts);
			for (const one of polls)
				one.steps = lastInEach(every, one.steps, (a, b) => a.state === b.state && !a.result === !b.result);
		}
		if (all() <= mostCounts) return every;
	}
	return 300;
}

/** The last step of each stretch of time; what is not `alike` stays apart. */
function lastInEach<Step extends { at: number }>(
	every: number,
	steps: readonly Step[],
	alike: (a: Step, b: Step) => boolean = () => true,
): Step[] {
	return steps.filter((step, i) => {
		const next = steps[i + 1];
		return !next || Math.floor(next.at / every) !== Math.floor(step.at / every) || !alike(step, next);
	});
}

/** Of many moments as many as fit, evenly, the last one among them. */
function fewerOf(moments: readonly number[], most: number): number[] {
	const sorted = [...new Set(moments)].sort((a, b) => a - b);
	if (sorted.length <= most) return sorted;
	return Array.from({ length: most }, (_, i) => sorted[Math.ceil(((i + 1) * sorted.length) / most) - 1]!);
}

const roundedTo = (parts: number, value: number): number => Math.round(value * parts) / parts;
