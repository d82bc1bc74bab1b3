// The result of a poll as files: CSV (RFC 4180) in the reader's language, JSON for programs. What was answered by how many, and how many
// did not answer.
import { csvCell } from '#domain/formats.ts';
import type { PollResult } from '#domain/pollCounts.ts';
import { silentIn, type Poll } from '#domain/polls.ts';
import { reportedPolls } from '#domain/meetingReports.ts';
import { m } from '#lib/paraglide/messages.js';
import { tableOf, type Cell } from '#lib/polls/table.ts';

/** Of a poll whose result is shown. With a byte order mark, without which spreadsheets read UTF-8 as something else. */
export function pollCsv(poll: Poll): string {
	const rows: Cell[][] = [[poll.question], ...resultRows(poll), ...turnout(poll)];
	return `\u{FEFF}${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

/** What was answered by how many, the heads first. Nothing where no result is shown. */
export function resultRows({ result, ...poll }: Poll): Cell[][] {
	if (!result) return [];
	const { head, rows } = tableOf(poll, result);
	return [head, ...rows, ...more(result)];
}

function more(result: PollResult): Cell[][] {
	if (result.kind === 'scale')
		return [
			[m.poll_mean(), result.mean],
			[m.poll_median(), result.median],
		];
	if (result.kind === 'words' && result.withheld > 0)
		return [[m.poll_withheld({ count: result.withheld }), null]];
	return [];
}

function turnout(poll: Poll): Cell[][] {
	return [
		[m.poll_ballots(), poll.voted],
		[m.poll_no_answer(), silentIn(poll)],
	];
}

/** The same for programs, as the report of the meeting has it. */
export function pollJson(poll: Poll, meeting: { slug: string; title: string }, publicUrl: string): string {
	const [reported] = reportedPolls([poll]);
	const about = { url: `${publicUrl}/meetings/${meeting.slug}`, title: meeting.title };
	return `${JSON.stringify({ meeting: about, ...reported }, null, '\t')}\n`;
}
