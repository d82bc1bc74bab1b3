// What a poll is, what can be answered in it, and who sees what of it when. How answers are counted stands in pollCounts.ts.
import * as v from 'valibot';
import type { PollResult } from './pollCounts.ts';

export const pollKinds = ['single', 'multiple', 'ranked', 'scale', 'words'] as const;
export type PollKind = (typeof pollKinds)[number];

/** A draft is prepared before the meeting or during it; an open one takes ballots; a closed one never does again. */
export const pollStates = ['draft', 'open', 'closed'] as const;
export type PollState = (typeof pollStates)[number];

/** Up to which number a scale goes; it begins with 1. */
export const scaleEnds = [5, 7, 10] as const;

export const pollQuestionMaxLength = 200;
export const pollOptionMaxLength = 100;
export const pollOptions = { least: 2, most: 12 } as const;
export const wordMaxLength = 30;
export const wordsPerBallot = 3;

/**
 * What one person answers. Options by their place from 0: one of them, several in ascending order, or all that are ranked, the
 * favourite first. On a scale the number; in open words the words.
 */
export type Choice = (number | string)[];

/** What is asked. */
export type PollForm = {
	kind: PollKind;
	question: string;
	/** Of single, multiple and ranked polls. */
	options: string[];
	/** How many options (multiple) or words (words) one person may give. */
	most: number;
	scale: { to: number; low: string; high: string } | null;
};

/** A poll as everybody in the hall sees it. Times are ISO 8601 in UTC. */
export type Poll = PollForm & {
	id: string;
	/** Counts up within the meeting, from 1. */
	number: number;
	state: PollState;
	openedAt: string | null;
	closedAt: string | null;
	/** How many have voted. While it is open it lags a second behind. */
	voted: number;
	/** How many browsers had the hall open by the time it was closed. */
	present: number | null;
	/** The projector's page shows it. */
	onScreen: boolean;
	/** Null until the poll is closed and a moderator shows it: a running count would say how each next person votes. */
	result: PollResult | null;
	/** The number of the concern it was captured as. */
	concern: string | null;
};

/** A poll as the desk sees it: drafts too, and the result of a closed one before everybody sees it. */
export type DeskPoll = Poll & {
	isShown: boolean;
	/** Different words that nobody has looked at yet. */
	unvetted: number;
};

/** What was written in a closed poll of open words, and whether it may be shown. */
export type WrittenWord = { word: string; ballots: number; isFine: boolean };

/** How many of those who were there have not answered; null where it is not known how many were. */
export function silentIn({ present, voted }: Pick<Poll, 'present' | 'voted'>): number | null {
	return present === null ? null : Math.max(0, present - voted);
}

/** The poll that the projector's page shows. */
export function pollOnScreen(polls: readonly Poll[]): Poll | undefined {
	return polls.find(({ onScreen }) => onScreen);
}

/**
 * What the viewer is asked to look at: the open poll, else the newest closed one whose result is shown.
 */
export function pollToLookAt(polls: readonly Poll[]): Poll | undefined {
	const shown = polls
		.filter(({ state, result }) => state === 'closed' && result !== null)
		.sort((a, b) => Date.parse(b.closedAt!) - Date.parse(a.closedAt!));
	return polls.find(({ state }) => state === 'open') ?? shown[0];
}

/** Kinds that have options to choose from. */
export const hasOptions = (kind: PollKind): boolean =>
	kind === 'single' || kind === 'multiple' || kind === 'ranked';

/** A word as it is counted: without case, without space around it. What is written otherwise stays another word. */
export function foldedWord(text: string): string {
	return text
		.normalize('NFC')
		.replace(/[\p{Cc}\p{Cf}]/gu, '')
		.replace(/\s+/g, ' ')
		.trim()
		.toLowerCase();
}

/** A choice in the one form it is counted in; null when it is none of this poll. */
export function choiceIn(poll: PollForm, raw: Choice): Choice | null {
	if (raw.length === 0) return null;
	if (poll.kind === 'words') return wordsIn(poll, raw);
	const numbers = raw.filter((one) => typeof one === 'number');
	if (numbers.length !== raw.length || new Set(numbers).size !== numbers.length) return null;
	if (poll.kind === 'scale')
		return numbers.length === 1 && numbers[0]! >= 1 && numbers[0]! <= (poll.scale?.to ?? 0) ? numbers : null;
	if (numbers.some((at) => at < 0 || at >= poll.options.length)) return null;
	const most = { single: 1, multiple: poll.most, ranked: poll.options.length }[poll.kind];
	if (numbers.length > most) return null;
	return poll.kind === 'ranked' ? numbers : numbers.toSorted((a, b) => a - b);
}

function wordsIn({ most }: PollForm, raw: Choice): Choice | null {
	if (raw.some((one) => typeof one !== 'string')) return null;
	const words = [...new Set(raw.map((one) => foldedWord(String(one))).filter(Boolean))];
	const isFine = words.every((word) => [...word].length <= wordMaxLength);
	return isFine && words.length > 0 && words.length <= most ? words.toSorted() : null;
}

const id = v.pipe(v.string(), v.uuid());
const line = (least: number, most: number) =>
	v.pipe(
		v.string(),
		v.trim(),
		v.check((text) => {
			const { length } = [...text];
			return length >= least && length <= most && !/\p{Cc}/u.test(text);
		}),
	);
const options = v.pipe(
	v.array(line(1, pollOptionMaxLength)),
	v.minLength(pollOptions.least),
	v.maxLength(pollOptions.most),
	v.check((all) => new Set(all.map(foldedWord)).size === all.length),
);
const question = line(3, pollQuestionMaxLength);
const most = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(pollOptions.most)));

/** What a poll asks, by its kind. What does not belong to the kind is left away. */
export const pollFormInput = v.variant('kind', [
	v.object({ kind: v.literal('single'), question, options }),
	v.object({ kind: v.literal('multiple'), question, options, most }),
	v.object({ kind: v.literal('ranked'), question, options }),
	v.object({
		kind: v.literal('scale'),
		question,
		to: v.picklist(scaleEnds),
		low: line(0, pollOptionMaxLength),
		high: line(0, pollOptionMaxLength),
	}),
	v.object({
		kind: v.literal('words'),
		question,
		most: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(wordsPerBallot))),
	}),
]);
export type PollFormInput = v.InferInput<typeof pollFormInput>;

export const makePollInput = v.object({ meetingId: id, poll: pollFormInput });
export const editPollInput = v.object({ pollId: id, poll: pollFormInput });
export const pollInput = v.object({ pollId: id });
/** `show`: everybody sees the result at once; words never before they are vetted. */
export const closePollInput = v.object({ pollId: id, show: v.boolean() });
export const screenPollInput = v.object({ pollId: id, on: v.boolean() });
/** The words that everybody may see; all others are counted and not shown. */
export const vetWordsInput = v.object({ pollId: id, words: v.array(v.string()) });
/** `choice` null takes the ballot back. */
export const pollVoteInput = v.object({
	pollId: id,
	choice: v.nullable(
		v.pipe(
			v.array(v.union([v.pipe(v.number(), v.safeInteger()), v.pipe(v.string(), v.maxLength(200))])),
			v.maxLength(pollOptions.most),
		),
	),
});
export const capturePollInput = v.object({
	pollId: id,
	title: v.optional(line(3, pollQuestionMaxLength)),
});

/** What a poll asks, filled up with what its kind needs. */
export function formOfPoll(input: v.InferOutput<typeof pollFormInput>): PollForm {
	const { kind, question } = input;
	const bare: PollForm = { kind, question, options: [], most: 1, scale: null };
	switch (input.kind) {
		case 'scale':
			return { ...bare, scale: { to: input.to, low: input.low, high: input.high } };
		case 'words':
			return { ...bare, most: input.most ?? wordsPerBallot };
		case 'multiple':
			return {
				...bare,
				options: input.options,
				most: Math.min(input.most ?? input.options.length, input.options.length),
			};
		default:
			return { ...bare, options: input.options };
	}
}
