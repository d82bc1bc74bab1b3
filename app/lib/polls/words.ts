// Polls in words: their kinds and states, and what a result says.
import type { PollResult } from '#domain/pollCounts.ts';
import { silentIn, type Poll, type PollKind, type PollState } from '#domain/polls.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';

export const kindWords: Record<PollKind, { name: () => string; hint: () => string }> = {
	single: { name: m.poll_kind_single, hint: m.poll_kind_single_hint },
	multiple: { name: m.poll_kind_multiple, hint: m.poll_kind_multiple_hint },
	ranked: { name: m.poll_kind_ranked, hint: m.poll_kind_ranked_hint },
	scale: { name: m.poll_kind_scale, hint: m.poll_kind_scale_hint },
	words: { name: m.poll_kind_words, hint: m.poll_kind_words_hint },
};

export const stateWords: Record<PollState, () => string> = {
	draft: m.poll_draft,
	open: m.poll_open,
	closed: m.poll_closed,
};

/** What is needed of a poll to say what it came to: the hall's and the report's have it. */
type Asked = Pick<Poll, 'options' | 'scale'>;

const number = (value: number) => new Intl.NumberFormat(getLocale()).format(value);

/** What a result says, in one sentence: the title of its chart. */
export function findingOf(poll: Asked, result: PollResult): string {
	const { ballots } = result;
	if (ballots === 0) return m.poll_finding_none();
	switch (result.kind) {
		case 'single':
		case 'multiple': {
			const votes = Math.max(...result.votes);
			const first = poll.options.filter((_, at) => result.votes[at] === votes);
			if (first.length === 1) return m.poll_finding_most({ option: first[0]!, votes, ballots });
			const options = new Intl.ListFormat(getLocale()).format(
				first.map((option) => m.poll_quoted({ option })),
			);
			return m.poll_finding_tie({ options, votes, ballots });
		}
		case 'ranked': {
			const last = result.rounds.at(-1)!;
			if (result.winner === null) return m.poll_finding_none();
			const votes = last.votes[result.winner]!;
			return m.poll_finding_ranked({
				...{ option: poll.options[result.winner]!, votes },
				...{ counting: ballots - last.exhausted, rounds: result.rounds.length },
			});
		}
		case 'scale':
			return m.poll_finding_scale({
				mean: number(result.mean!),
				median: number(result.median!),
				to: poll.scale!.to,
			});
		case 'words': {
			const [first] = result.words;
			if (!first) return m.poll_finding_withheld();
			return m.poll_finding_words({ word: first.word, votes: first.ballots, ballots });
		}
	}
}

/** How many answered, and how many of those who were there did not. */
export function turnoutOf(poll: Pick<Poll, 'present' | 'voted'>): string {
	const silent = silentIn(poll);
	const answered = m.poll_answered({ count: poll.voted });
	if (silent === null) return answered;
	return `${answered} · ${m.poll_silent({ silent, present: poll.present! })}`;
}

/** The lines of a chart and its table: what can be answered, and how many did. */
export function linesOf(
	poll: Asked,
	result: Exclude<PollResult, { kind: 'ranked' }>,
): { label: string; votes: number }[] {
	if (result.kind === 'words')
		return result.words.map(({ word, ballots }) => ({ label: word, votes: ballots }));
	if (result.kind === 'scale')
		return result.votes.map((votes, at) => ({ label: stepWords(poll, at + 1), votes }));
	return poll.options.map((label, at) => ({ label, votes: result.votes[at]! }));
}

/** A step of a scale with what it means, where that was said: `5 – very safe`. */
export function stepWords({ scale }: Pick<Poll, 'scale'>, step: number): string {
	const meaning = step === 1 ? scale?.low : step === scale?.to ? scale.high : '';
	return meaning ? `${step} – ${meaning}` : String(step);
}

/** A part of a whole: `60 %`. */
export function partOf(votes: number, ballots: number): string {
	const part = ballots === 0 ? 0 : votes / ballots;
	return new Intl.NumberFormat(getLocale(), { style: 'percent', maximumFractionDigits: 0 }).format(part);
}

/** What happened in a round, in a sentence or two. */
export function roundWords(poll: Asked, result: Extract<PollResult, { kind: 'ranked' }>, at: number): string {
	const { out, tie, exhausted } = result.rounds[at]!;
	const lost = exhausted > 0 ? ` ${m.poll_step_exhausted({ count: exhausted })}` : '';
	if (out === null) {
		const option = result.winner === null ? null : poll.options[result.winner]!;
		return (option === null ? m.poll_step_nobody() : m.poll_step_wins({ option })) + lost;
	}
	const option = poll.options[out]!;
	const said = {
		'earlier-round': m.poll_step_out_earlier,
		lot: m.poll_step_out_lot,
		none: m.poll_step_out,
	}[tie ?? 'none'];
	return said({ option }) + lost;
}
