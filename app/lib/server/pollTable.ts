// The result of a poll as CSV (RFC 4180), in the reader's language: what was answered by how many, and how many did not answer.
import { csvCell } from '#domain/formats.ts';
import { silentIn, type Poll } from '#domain/polls.ts';
import { m } from '#lib/paraglide/messages.js';
import { linesOf } from '#lib/polls/words.ts';

type Cell = string | number | null;

/** Of a poll whose result is shown. With a byte order mark, without which spreadsheets read UTF-8 as something else. */
export function pollCsv(poll: Poll): string {
	const rows: Cell[][] = [[poll.question], ...tableOf(poll), ...turnout(poll)];
	return `\u{FEFF}${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

/** What was answered by how many, the heads first. Nothing where no result is shown. */
export function tableOf({ result, ...poll }: Poll): Cell[][] {
	if (!result) return [];
	if (result.kind === 'ranked')
		return [
			[m.poll_option(), ...result.rounds.map((_, at) => m.poll_round({ round: at + 1 }))],
			...poll.options.map((option, at) => [option, ...result.rounds.map(({ votes }) => votes[at]!)]),
			[m.poll_exhausted(), ...result.rounds.map(({ exhausted }) => exhausted)],
		];
	const lines = linesOf({ ...poll, result }, result);
	return [
		[m.poll_option(), m.poll_people()],
		...lines.map(({ label, votes }) => [label, votes]),
		...(result.kind === 'scale'
			? [
					[m.poll_mean(), result.mean],
					[m.poll_median(), result.median],
				]
			: []),
		...(result.kind === 'words' && result.withheld > 0
			? [[m.poll_withheld({ count: result.withheld }), null]]
			: []),
	];
}

function turnout(poll: Poll): Cell[][] {
	return [
		[m.poll_ballots(), poll.voted],
		[m.poll_no_answer(), silentIn(poll)],
	];
}
