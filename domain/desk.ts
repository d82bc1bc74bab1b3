// The moderators' desk: how the queue is parted, what can be done with which question, which ones ask the same.
import type { MeetingState } from './meetings.ts';
import {
	actMoves,
	actsAfterTheEnd,
	actsBeforehand,
	inOrder,
	isPublic,
	isVotable,
	type BlockReason,
	type DeskAct,
	type DeskQuestion,
	type Order,
	type QuestionState,
} from './questions.ts';

/** Parts of the queue, in the order in which a question passes through them. */
export const deskSections = [
	'waiting',
	'published',
	'on-air',
	'answered',
	'later',
	'declined',
	'merged',
] as const;
export type DeskSection = (typeof deskSections)[number];

const sectionOfState: Record<QuestionState, DeskSection> = {
	submitted: 'waiting',
	held: 'waiting',
	published: 'published',
	'on-air': 'on-air',
	answered: 'answered',
	deferred: 'later',
	'carried-over': 'later',
	unanswered: 'later',
	declined: 'declined',
	withdrawn: 'declined',
	merged: 'merged',
};

export const sectionOf = (question: Pick<DeskQuestion, 'state'>): DeskSection =>
	sectionOfState[question.state];

/** How many questions each section holds. */
export function sectionCounts(questions: readonly DeskQuestion[]): Record<DeskSection, number> {
	const counts = Object.fromEntries(deskSections.map((section) => [section, 0])) as Record<
		DeskSection,
		number
	>;
	for (const question of questions) counts[sectionOf(question)]++;
	return counts;
}

export type QueueView = {
	section: DeskSection;
	order: Order;
	/** Words to be found in the text, or a number, with or without `#`. */
	search: string;
	/** A label, `flag:suspect`, `flag:held` or `flag:claimed`; empty for all. */
	filter: string;
	/** Count only votes of people with an account. */
	withAccountOnly: boolean;
	/** Stays in the list wherever it has gone, so that the row one reads is not taken away by somebody else. */
	keep?: string | null;
};

export const deskFlags = ['flag:suspect', 'flag:held', 'flag:blocked'] as const;
export type DeskFlag = (typeof deskFlags)[number];

/** The rows of the queue as one moderator looks at it. */
export function queueOf(questions: readonly DeskQuestion[], view: QueueView, now: number): DeskQuestion[] {
	const search = plain(view.search);
	const shown = questions.filter(
		(question) =>
			question.id === view.keep ||
			(sectionOf(question) === view.section && matches(question, search) && passes(question, view.filter)),
	);
	if (!view.withAccountOnly) return inOrder(shown, view.order, now);
	const byId = new Map(shown.map((question) => [question.id, question]));
	const counted = shown.map((question) => ({
		...question,
		votes: question.votesWithAccount,
		votesElsewhere: null,
	}));
	return inOrder(counted, view.order, now).map(({ id }) => byId.get(id)!);
}

function matches(question: DeskQuestion, search: string): boolean {
	if (!search) return true;
	const number = /^#?(\d+)$/.exec(search)?.[1];
	if (number !== undefined)
		return String(question.number).startsWith(number) || plainText(question).includes(search);
	return search.split(' ').every((word) => plainText(question).includes(word));
}

function passes(question: DeskQuestion, filter: string): boolean {
	switch (filter) {
		case '':
			return true;
		case 'flag:suspect':
			return question.flaggedAt !== null;
		case 'flag:held':
			return question.heldBecause === 'wording' || question.heldBecause === 'moderator';
		case 'flag:blocked':
			return question.authorBlocked;
		default:
			return question.labels.includes(filter);
	}
}

/** Every label in use, by the alphabet. */
export function labelsIn(questions: readonly DeskQuestion[]): string[] {
	return [...new Set(questions.flatMap((question) => question.labels))].sort((a, b) => a.localeCompare(b));
}

/** Everything the desk can do with a question: the acts of `actMoves`, and what is beside a question's state. */
export const deskDeeds = [
	'publish',
	'decline',
	'hold',
	'put-on-air',
	'take-off-air',
	'answer-live',
	'answer-in-writing',
	'merge',
	'unmerge',
	'reopen',
	'pin',
	'label',
	'capture',
	'to-board',
	'defer',
	'carry-over',
	'leave-unanswered',
	'claim',
	'freeze',
	'set-aside',
	'block',
] as const;
export type DeskDeed = (typeof deskDeeds)[number];

/** Whether the deed can be done with the question now, as the server would decide. */
export function canDo(deed: DeskDeed, question: DeskQuestion, meeting: MeetingState): boolean {
	// Before the meeting there are questions only where they were taken in advance.
	const isRunning = meeting === 'live' || meeting === 'scheduled';
	const isOpen = isRunning || meeting === 'ended';
	switch (deed) {
		case 'merge':
			return isRunning && ['published', 'submitted', 'held'].includes(question.state);
		case 'unmerge':
			return isRunning && question.state === 'merged';
		case 'pin':
			return isRunning && (isVotable(question) || question.pinned);
		case 'capture':
			return isOpen && isPublic(question) && question.concern === null;
		case 'to-board':
			return isOpen && isPublic(question);
		case 'claim':
			return isRunning && ['submitted', 'held', 'published', 'on-air'].includes(question.state);
		case 'freeze':
		case 'set-aside':
			return isOpen && isPublic(question);
		case 'label':
			return isOpen;
		case 'block':
			// What was entered for somebody is nobody's browser.
			return isOpen && question.channel === 'online';
		default:
			return isTimeFor(deed, meeting) && isFrom(deed, question);
	}
}

/** Whether a meeting in this state takes the act at all; the server asks the same. */
export function isTimeFor(act: DeskAct, meeting: MeetingState): boolean {
	if (meeting === 'live') return true;
	if (meeting === 'scheduled') return actsBeforehand.includes(act);
	return meeting === 'ended' && actsAfterTheEnd.includes(act);
}

const isFrom = (act: DeskAct, question: DeskQuestion) => actMoves[act].from.includes(question.state);

/** Deeds that can be done with several questions at once. */
export const bulkDeeds: readonly DeskDeed[] = [
	'publish',
	'decline',
	'hold',
	'answer-live',
	'merge',
	'defer',
	'carry-over',
	'leave-unanswered',
	'reopen',
];

/** Who claims the question at the moment; a claim lapses by itself. */
export function claimantOf(question: DeskQuestion, now: number): string | null {
	return question.claimedUntil !== null && Date.parse(question.claimedUntil) > now
		? question.claimedBy
		: null;
}

/** Questions into which others can be merged: those like the given text first, `likeness` from 0 to 1. */
export function mergeTargets(
	questions: readonly DeskQuestion[],
	sources: readonly DeskQuestion[],
	search: string,
): { question: DeskQuestion; likeness: number }[] {
	const wish = plain(search);
	const own = new Set(sources.map(({ id }) => id));
	const wanted = sources.map(wordsOf);
	return questions
		.filter((question) => isVotable(question) && !own.has(question.id) && matches(question, wish))
		.map((question) => ({
			question,
			likeness: Math.max(0, ...wanted.map((words) => likeness(words, wordsOf(question)))),
		}))
		.sort((a, b) => b.likeness - a.likeness || a.question.number - b.question.number);
}

/** Shared words over all words of both. */
function likeness(a: Set<string>, b: Set<string>): number {
	let shared = 0;
	for (const word of a) if (b.has(word)) shared++;
	return shared === 0 ? 0 : shared / (a.size + b.size - shared);
}

type Kept = { text: string; plain: string; words?: Set<string> };
// A question's text never changes: what is made of it is kept for as long as the page is.
const texts = new Map<string, Kept>();

function kept({ id, text }: DeskQuestion): Kept {
	const found = texts.get(id);
	if (found?.text === text) return found;
	const made = { text, plain: plain(text) };
	texts.set(id, made);
	return made;
}

const plainText = (question: DeskQuestion) => kept(question).plain;

/** The words of a question by their first five letters, which plurals and endings mostly share; the shortest say nothing. */
function wordsOf(question: DeskQuestion): Set<string> {
	const one = kept(question);
	return (one.words ??= new Set(
		(one.plain.match(/[\p{L}\p{N}]{3,}/gu) ?? []).map((word) => word.slice(0, 5)),
	));
}

/** Lower case, without accents, single spaces: what is compared when somebody searches. */
function plain(text: string): string {
	return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** Somebody who may not take part, as the desk lists them: by one of their questions. */
export type DeskBlock = {
	/** One question of theirs; null for somebody who has asked none. */
	questionId: string | null;
	number: number | null;
	/** The question; without one the name they had on the stage, where `speakerId` is theirs. */
	text: string;
	speakerId: string | null;
	reason: BlockReason;
	note: string | null;
	/** The moderator who did it. */
	by: string | null;
	at: string;
};

/** What the desk shows beside the questions. */
export type DeskLook = {
	/** Browsers that were in the hall, minutes watched by all of them, most at once; and those in the room and on the phone. */
	attendance: { visitors: number; minutes: number; peak: number; room: number; phone: number };
	blocks: DeskBlock[];
	freshVotes: { questionId: string; fresh: number }[];
};
