// A meeting to read: the same events as its replay, chapter by chapter in words.
import { chaptersIn, isKnown, lastUntil, pollsAt, type ReplayChapter } from './replayMoments.ts';
import type { Poll } from './polls.ts';
import type { Replay } from './replay.ts';

/** What was said without a long silence in between, in one language. */
export type Paragraph = { at: number; text: string };
export type ReadChapter = {
	/** Null: what was said before the first chapter. */
	chapter: ReplayChapter | null;
	at: number;
	/** Of a question: how many supported it at last; null where totals are hidden. */
	support: number | null;
	askedBy: string | null;
	/** Of a poll: how it came out, as everybody was shown. */
	poll: Poll | null;
	paragraphs: Paragraph[];
};

/** A silence so long ends a paragraph, as does the end of a sentence once it is of some length. */
const silenceSeconds = 20;
const longParagraph = 400;

/**
 * The chapters of a meeting with what was said in each. Nothing is told twice: captions stand under the chapter in which they were said.
 * What only the plan knows of is none: it would take words from the question that was on air.
 * @param language of the captions
 */
export function readIn(replay: Replay, language: string | null): ReadChapter[] {
	const chapters: (ReplayChapter | null)[] = chaptersIn(replay).filter(isKnown);
	const lines = replay.lines.filter((line) => line.language === language);
	if ((chapters[0]?.at ?? Infinity) > (lines[0]?.at ?? Infinity)) chapters.unshift(null);
	const polls = new Map(pollsAt(replay, replay.seconds).map((poll) => [poll.number, poll]));
	return chapters.map((chapter, i) => {
		const from = chapter?.at ?? 0;
		const until = chapters[i + 1]?.at ?? Infinity;
		const question =
			chapter?.kind === 'question' ? replay.questions.find(({ number }) => number === chapter.number) : null;
		const count = question && lastUntil(question.counts, replay.seconds);
		return {
			chapter,
			at: from,
			support: count && count.votes !== null ? count.votes + count.byHand : null,
			askedBy: question?.askedBy ?? null,
			poll: chapter?.kind === 'poll' ? (polls.get(chapter.number) ?? null) : null,
			paragraphs: paragraphsOf(lines.filter(({ at }) => at >= from && at < until)),
		};
	});
}

/** Questions that were asked and are in no chapter: nobody came to them. */
export function notReached(
	replay: Replay,
): { number: number; text: string; at: number; support: number | null }[] {
	const reached = new Set(
		chaptersIn(replay).flatMap((chapter) => (chapter.kind === 'question' ? [chapter.number] : [])),
	);
	return replay.questions
		.filter(({ number }) => !reached.has(number))
		.map(({ number, text, steps, counts }) => {
			const count = lastUntil(counts, replay.seconds);
			return {
				...{ number, text, at: steps[0]!.at },
				support: count && count.votes !== null ? count.votes + count.byHand : null,
			};
		});
}

function paragraphsOf(lines: readonly { at: number; text: string }[]): Paragraph[] {
	const paragraphs: (Paragraph & { until: number })[] = [];
	for (const { at, text } of lines) {
		const last = paragraphs.at(-1);
		const isEnough = last && last.text.length >= longParagraph && /[.!?…]["”»’)]?$/.test(last.text);
		if (!last || isEnough || at - last.until > silenceSeconds) paragraphs.push({ at, text, until: at });
		else {
			last.text += ` ${text}`;
			last.until = at;
		}
	}
	return paragraphs.map(({ at, text }) => ({ at, text }));
}
