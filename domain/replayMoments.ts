// A replay at one moment, its chapters, and searching it. Pure: the page asks at every step of the film, the server without one.
import { pollToLookAt, type Poll } from './polls.ts';
import type { OpenStep, QuestionStep, Replay, ReplayLine, ReplayPoint, ReplayQuestion } from './replay.ts';
import type { QuestionState } from './questions.ts';

export type MomentQuestion = Pick<ReplayQuestion, 'id' | 'number' | 'text' | 'askedBy' | 'channel'> & {
	state: QuestionState;
	votes: number | null;
	byHand: number;
	pinned: boolean;
};
/** How everything stood at a moment. */
export type ReplayMoment = {
	at: number;
	/** What could be seen, on air first, then as the hall orders them. */
	questions: MomentQuestion[];
	/** The poll that everybody was asked to look at. */
	poll: Poll | null;
	point: ReplayPoint | null;
	open: Pick<OpenStep, 'board' | 'map'>;
	/** The last change of the board and the map until then; null: nothing was on it yet, or it was not open. */
	boardAt: number | null;
	mapAt: number | null;
};

/** How everything stood at a moment. @param at seconds since the meeting went live */
export function momentIn(replay: Replay, at: number): ReplayMoment {
	const open = lastUntil(replay.open, at) ?? { board: false, map: false };
	return {
		at,
		questions: questionsAt(replay, at),
		poll: pollToLookAt(pollsAt(replay, at)) ?? null,
		point: lastUntil(replay.agenda, at) ?? null,
		open: { board: open.board, map: open.map },
		boardAt: open.board ? (replay.boardChanges.findLast((change) => change <= at) ?? null) : null,
		mapAt: open.map ? (replay.mapChanges.findLast((change) => change <= at) ?? null) : null,
	};
}

function questionsAt(replay: Replay, at: number): MomentQuestion[] {
	const seen = replay.questions.flatMap(({ steps, counts, ...question }): MomentQuestion[] => {
		const step = lastUntil(steps, at);
		if (!step?.state || step.state === 'merged') return [];
		const { votes, byHand } = lastUntil(counts, at) ?? { votes: null, byHand: 0 };
		return [{ ...question, state: step.state, votes, byHand, pinned: step.pinned }];
	});
	const isOnAir = ({ state }: MomentQuestion) => Number(state === 'on-air');
	const support = ({ votes, byHand }: MomentQuestion) => (votes ?? 0) + byHand;
	return seen.sort(
		(a, b) =>
			isOnAir(b) - isOnAir(a) ||
			Number(b.pinned) - Number(a.pinned) ||
			support(b) - support(a) ||
			a.number - b.number,
	);
}

/** The polls that everybody could see at a moment, as they stood. */
export function pollsAt({ polls }: Replay, at: number): Poll[] {
	return polls.flatMap(({ poll, steps }) => {
		const step = lastUntil(steps, at);
		if (!step) return [];
		const { state, voted, present, result } = step;
		const closedAt = state === 'closed' ? poll.closedAt : null;
		return [{ ...poll, state, voted, present, result, closedAt }];
	});
}

/** After so long a silence nothing stands there any more. */
const linesStay = 90;

/** What had just been said in a language, oldest first. */
export function linesAt({ lines }: Replay, language: string, at: number, count = 3): ReplayLine[] {
	return lines
		.filter((line) => line.language === language && line.at <= at && line.at > at - linesStay)
		.slice(-count);
}

/** The languages that there are captions in. */
export const languagesIn = ({ lines }: Replay): string[] => [
	...new Set(lines.map(({ language }) => language)),
];

/** A moment to go to. `key` names it in the page; `search`: its own link. */
export type ReplayChapter = { key: string; at: number; title: string; search: string } & (
	| { kind: 'question'; number: number; how: 'on-air' | 'answered' }
	| { kind: 'poll'; number: number }
	| { kind: 'agenda'; byPlan: boolean; notes: string }
);

/** Chapters in their order: each time a question was on air or answered, each poll, each point of the agenda. */
export function chaptersIn(replay: Replay): ReplayChapter[] {
	const questions = replay.questions.flatMap(({ number, text, steps }) =>
		turnsOf(steps).map(({ at, how }, i, all): ReplayChapter => {
			const search = i === all.length - 1 ? `?q=${number}` : `?at=${Math.floor(at)}`;
			return { kind: 'question', key: `question-${number}-${i}`, at, title: text, number, how, search };
		}),
	);
	const polls = replay.polls.map(({ poll: { number, question }, steps }): ReplayChapter => ({
		...{ kind: 'poll', key: `poll-${number}`, at: steps[0]!.at, title: question, number },
		search: `?at=${Math.floor(steps[0]!.at)}`,
	}));
	const points = replay.agenda.map(({ at, title, byPlan, notes }, i): ReplayChapter => ({
		...{ kind: 'agenda', key: `agenda-${i}`, at, title, byPlan, notes, search: `?at=${Math.floor(at)}` },
	}));
	return [...points, ...questions, ...polls].sort((a, b) => a.at - b.at);
}

/** Whether it is known that the chapter began then: a point of the agenda has the time of the plan until somebody notes another. */
export const isKnown = (chapter: ReplayChapter): boolean => chapter.kind !== 'agenda' || !chapter.byPlan;

/** The chapter that a moment is in; null before the first. What the plan alone says stands back behind what happened. */
export function chapterAt(chapters: readonly ReplayChapter[], at: number): ReplayChapter | null {
	const begun = chapters.filter((chapter) => chapter.at <= at);
	return begun.findLast(isKnown) ?? begun.at(-1) ?? null;
}

/** When a question was talked about: from each time it went on air; one that never did, from when it was answered. */
function turnsOf(steps: readonly QuestionStep[]): { at: number; how: 'on-air' | 'answered' }[] {
	const began = (state: QuestionState) =>
		steps.filter((step, i) => step.state === state && steps[i - 1]?.state !== state);
	const onAir = began('on-air').map(({ at }) => ({ at, how: 'on-air' as const }));
	if (onAir.length > 0) return onAir;
	return began('answered')
		.slice(0, 1)
		.map(({ at }) => ({ at, how: 'answered' as const }));
}

/** Where `?q=` leads: the last time it was talked about, else when it was first seen; null: it is not in the replay. */
export function momentOfQuestion(replay: Replay, number: number): number | null {
	const question = replay.questions.find((one) => one.number === number);
	if (!question) return null;
	return turnsOf(question.steps).at(-1)?.at ?? question.steps[0]?.at ?? null;
}

/** Something that was found. `at`: where to go. */
export type Found = {
	kind: 'question' | 'caption' | 'poll' | 'agenda';
	key: string;
	at: number;
	text: string;
};
/** So many are shown. */
export const mostFound = 50;

/** What has all the words in it, in the order of the evening; whatever their case and accents. */
export function foundIn(replay: Replay, words: string): Found[] {
	const wanted = plain(words).split(/\s+/).filter(Boolean);
	if (wanted.length === 0) return [];
	const has = (text: string) => {
		const folded = plain(text);
		return wanted.every((word) => folded.includes(word));
	};
	const all: Found[] = [
		...replay.questions.map(({ number, text, steps }) => ({
			...{ kind: 'question' as const, key: `question-${number}`, text },
			at: turnsOf(steps).at(-1)?.at ?? steps[0]!.at,
		})),
		...replay.polls.map(({ poll: { number, question }, steps }) => ({
			...{ kind: 'poll' as const, key: `poll-${number}`, at: steps[0]!.at, text: question },
		})),
		...replay.agenda.flatMap(({ at, title, notes }, i) =>
			[title, ...notes.split('\n')].map((text, n) => ({
				...{ kind: 'agenda' as const, key: `agenda-${i}-${n}`, at, text },
			})),
		),
		...replay.lines.map(({ at, text }, i) => ({ kind: 'caption' as const, key: `caption-${i}`, at, text })),
	];
	return all
		.filter(({ text }) => has(text))
		.sort((a, b) => a.at - b.at)
		.slice(0, mostFound);
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The last of the steps that was there at a moment. */
export function lastUntil<Step extends { at: number }>(steps: readonly Step[], at: number): Step | undefined {
	let [low, high] = [0, steps.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (steps[middle]!.at <= at) low = middle + 1;
		else high = middle;
	}
	return steps[low - 1];
}
