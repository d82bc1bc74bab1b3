// What a question is, the states it goes through, and the orders it is shown in.
import * as v from 'valibot';
import type { Channel, ProxyChannel } from './channels.ts';

export const questionStates = [
	'submitted',
	'held',
	'published',
	'on-air',
	'answered',
	'declined',
	'merged',
	'deferred',
	'withdrawn',
	'carried-over',
	'unanswered',
] as const;
export type QuestionState = (typeof questionStates)[number];

/** States in which everybody in the hall sees the question. */
export const publicStates = [
	'published',
	'on-air',
	'answered',
	'merged',
	'deferred',
	'carried-over',
	'unanswered',
] as const satisfies QuestionState[];

/** States in which a question can be voted for. */
export const votableStates = ['published', 'on-air'] as const satisfies QuestionState[];

/** Why a moderator declines a question: told to the asker, counted in public. */
export const declineReasons = [
	'off-topic',
	'duplicate',
	'personal-data',
	'insult',
	'ongoing-case',
	'not-a-question',
	'other',
] as const;
export type DeclineReason = (typeof declineReasons)[number];

/** Why a moderator blocks somebody for a meeting. */
export const blockReasons = ['insults', 'spam', 'threats', 'impersonation', 'other'] as const;
export type BlockReason = (typeof blockReasons)[number];

/** What became of a question, as the report needs it. */
export const dispositions = ['answered', 'follow-up', 'referred', 'declined', 'carried-over'] as const;
export type Disposition = (typeof dispositions)[number];

/** A question as everybody in the hall sees it. `votes` is null while totals are hidden. Times are ISO 8601 in UTC. */
export type Question = {
	id: string;
	/** Counts up within the meeting, from 1. */
	number: number;
	text: string;
	state: QuestionState;
	votes: number | null;
	/** Of these, by people with an account. */
	votesWithAccount: number | null;
	/** Support that was counted by hand: raised hands in the room, calls, slips of paper. Null while totals are hidden. */
	votesElsewhere: Record<ProxyChannel, number> | null;
	/** Votes set aside as suspect, shown as such. */
	votesAside: number;
	votesFrozen: boolean;
	/** The name the asker chose to show, or null for an anonymous one. */
	askedBy: string | null;
	/** How it came in; whoever is of the city may enter what was asked in the room, by phone or on paper. */
	channel: Channel;
	askedAt: string;
	publishedAt: string | null;
	onAirAt: string | null;
	answeredAt: string | null;
	answeredHow: 'live' | 'writing' | null;
	answer: string | null;
	answeredBy: string | null;
	mergedInto: string | null;
	deferredDue: string | null;
	pinned: boolean;
	labels: string[];
	/** The number of the concern it was captured as, e.g. `PL-2026-00123`. */
	concern: string | null;
};

/** A question as the moderators' desk sees it. */
export type DeskQuestion = Question & {
	declineReason: DeclineReason | null;
	declineNote: string | null;
	/** Why it was held by itself, if it was. */
	heldBecause: 'vetting' | 'wording' | 'moderator' | null;
	/** The moderator who is handling it. */
	claimedBy: string | null;
	/** When the claim lapses by itself. */
	claimedUntil: string | null;
	authorBlocked: boolean;
	/** Set when a burst of fresh guest identities voted for it. */
	flaggedAt: string | null;
	disposition: Disposition | null;
	dispositionNote: string | null;
};

/** A question as its own asker sees it, in every state. */
export type OwnQuestion = Pick<
	DeskQuestion,
	| 'id'
	| 'number'
	| 'text'
	| 'state'
	| 'askedAt'
	| 'channel'
	| 'declineReason'
	| 'declineNote'
	| 'mergedInto'
	| 'answer'
>;

export const questionMaxLength = 300;

/** Length as people and the database count it: an emoji is one. */
export function lengthOf(text: string): number {
	return [...text].length;
}

export const orders = ['top', 'newest', 'oldest', 'rising'] as const;
export type Order = (typeof orders)[number];

/**
 * Sorts questions for display: pinned first, then by the order. While totals are hidden (`votes` null) `top` and `rising` fall
 * back to oldest first, so that the order does not tell what the totals do not. Pure; `now` in milliseconds since 1970.
 */
export function inOrder<Q extends Question>(questions: readonly Q[], order: Order, now: number): Q[] {
	return [...questions].sort(
		(a, b) => Number(b.pinned) - Number(a.pinned) || compare[order](a, b, now) || a.number - b.number,
	);
}

const compare: Record<Order, (a: Question, b: Question, now: number) => number> = {
	top: (a, b) => supportOf(b) - supportOf(a),
	newest: (a, b) => shownAt(b) - shownAt(a),
	oldest: (a, b) => shownAt(a) - shownAt(b),
	rising: (a, b, now) => risingScore(b, now) - risingScore(a, now),
};

/**
 * Support with age decay, so that late questions surface: `(support + 1) / (minutes since published + 5) ^ 1.2`, the shape of
 * Hacker News' ranking (gravity there 1.8 per hour) with a gentler pull for an evening's length. 0 for all while totals are hidden.
 */
export function risingScore(question: Question, now: number): number {
	if (question.votes === null) return 0;
	const minutes = Math.max(0, now - shownAt(question)) / 60_000;
	return (supportOf(question) + 1) / (minutes + 5) ** 1.2;
}

/** Votes of browsers and what was counted by hand, together: what the order goes by. */
export function supportOf({ votes, votesElsewhere }: Pick<Question, 'votes' | 'votesElsewhere'>): number {
	const byHand = votesElsewhere && votesElsewhere.room + votesElsewhere.phone + votesElsewhere.paper;
	return (votes ?? 0) + (byHand ?? 0);
}

function shownAt(question: Question): number {
	return Date.parse(question.publishedAt ?? question.askedAt);
}

export function isPublic(question: { state: QuestionState }): boolean {
	return (publicStates as readonly QuestionState[]).includes(question.state);
}

export function isVotable(question: { state: QuestionState }): boolean {
	return (votableStates as readonly QuestionState[]).includes(question.state);
}

/** What a moderator can do with one question; each is a command `question:<act>`. */
export const deskActs = [
	'publish',
	'hold',
	'decline',
	'put-on-air',
	'take-off-air',
	'answer-live',
	'answer-in-writing',
	'reopen',
	'defer',
	'carry-over',
	'leave-unanswered',
] as const;
export type DeskAct = (typeof deskActs)[number];

/** From which states each act may be done, and the state it leads to. */
export const actMoves: Record<DeskAct, { from: readonly QuestionState[]; to: QuestionState }> = {
	publish: { from: ['submitted', 'held', 'declined', 'deferred'], to: 'published' },
	hold: { from: ['submitted', 'published'], to: 'held' },
	decline: { from: ['submitted', 'held', 'published'], to: 'declined' },
	'put-on-air': { from: ['published', 'deferred'], to: 'on-air' },
	'take-off-air': { from: ['on-air'], to: 'published' },
	'answer-live': { from: ['on-air', 'published'], to: 'answered' },
	'answer-in-writing': {
		from: ['published', 'on-air', 'deferred', 'carried-over', 'unanswered'],
		to: 'answered',
	},
	reopen: { from: ['answered', 'deferred', 'carried-over', 'unanswered'], to: 'published' },
	defer: { from: ['published', 'on-air'], to: 'deferred' },
	'carry-over': { from: ['published', 'on-air', 'deferred'], to: 'carried-over' },
	'leave-unanswered': { from: ['published', 'on-air', 'deferred'], to: 'unanswered' },
};

/** How long a moderator's claim on a question lasts. */
export const claimLastsMs = 2 * 60_000;

/** Acts on single questions that stay possible after the meeting ended: giving each question its outcome. */
export const actsAfterTheEnd: readonly DeskAct[] = [
	'answer-in-writing',
	'defer',
	'carry-over',
	'leave-unanswered',
	'decline',
];

/** Acts on single questions that are possible before the meeting: the desk vets what is asked in advance, and may answer in writing. */
export const actsBeforehand: readonly DeskAct[] = [
	'publish',
	'hold',
	'decline',
	'answer-in-writing',
	'reopen',
];

const id = v.pipe(v.string(), v.uuid());
export const note = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500)));
/** The words of a question. */
export const entryText = v.pipe(
	v.string(),
	v.normalize('NFC'),
	v.trim(),
	v.minLength(3),
	v.check((written) => lengthOf(written) <= questionMaxLength, 'too long'),
);

export const askInput = v.object({ meetingId: id, text: entryText, anonymous: v.boolean() });
export const voteInput = v.object({ questionId: id, on: v.boolean() });
export const questionInput = v.object({ questionId: id });
export const similarInput = v.object({
	meetingId: id,
	text: v.pipe(v.string(), v.maxLength(2 * questionMaxLength)),
});

/** One act of the desk on one or many questions. `act` decides which of the other fields are needed. */
export const actInput = v.object({
	questionIds: v.pipe(v.array(id), v.minLength(1), v.maxLength(200)),
	act: v.picklist(deskActs),
	reason: v.optional(v.picklist(declineReasons)),
	note,
	answer: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4000))),
	due: v.optional(v.pipe(v.string(), v.isoDate())),
});
export const mergeInput = v.object({
	questionIds: v.pipe(v.array(id), v.minLength(1), v.maxLength(50)),
	into: id,
});
export const labelInput = v.object({
	questionId: id,
	labels: v.pipe(v.array(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(30))), v.maxLength(5)),
});
export const pinInput = v.object({ questionId: id, pinned: v.boolean() });
export const claimInput = v.object({ questionId: id, claimed: v.boolean() });
export const blockInput = v.object({ questionId: id, reason: v.picklist(blockReasons), note });
export const unblockInput = v.object({ questionId: id });
export const freezeInput = v.object({ questionId: id, frozen: v.boolean() });
export const setAsideInput = v.object({ questionId: id, aside: v.boolean() });
export const captureInput = v.object({
	questionId: id,
	title: v.optional(v.pipe(v.string(), v.trim(), v.minLength(3), v.maxLength(200))),
});
export const dispositionInput = v.object({ questionId: id, disposition: v.picklist(dispositions), note });

/** Words that send a question to *held* for a moderator to read: never to deletion. English and Spanish, whole words. */
const heldWords = [
	'fuck',
	'fucking',
	'shit',
	'asshole',
	'bitch',
	'cunt',
	'puta',
	'puto',
	'mierda',
	'cabrón',
	'pendejo',
	'joder',
];
const heldPattern = new RegExp(`(?<!\\p{L})(?:${heldWords.join('|')})(?!\\p{L})`, 'iu');

/** Whether the wording wants a moderator's eye before it is shown. */
export function needsAnEye(textOfQuestion: string): boolean {
	return heldPattern.test(textOfQuestion.normalize('NFC'));
}
