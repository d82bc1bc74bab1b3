// The result of a poll as a table: the same lines stand in its file and in the report of the meeting.
import type { PollResult } from '#domain/pollCounts.ts';
import type { Poll } from '#domain/polls.ts';
import { m } from '#lib/paraglide/messages.js';
import { linesOf } from './words.ts';

export type Cell = string | number | null;

/** What was answered by how many; of a run-off every round, null where an option was out already. */
export function tableOf(
	poll: Pick<Poll, 'options' | 'scale'>,
	result: PollResult,
): { head: string[]; rows: Cell[][] } {
	if (result.kind === 'ranked')
		return {
			head: [m.poll_option(), ...result.rounds.map((_, at) => m.poll_round({ round: at + 1 }))],
			rows: [
				...poll.options.map((option, at) => [option, ...result.rounds.map(({ votes }) => votes[at]!)]),
				[m.poll_exhausted(), ...result.rounds.map(({ exhausted }) => exhausted)],
			],
		};
	return {
		head: [m.poll_option(), m.poll_people()],
		rows: linesOf(poll, result).map(({ label, votes }) => [label, votes]),
	};
}
