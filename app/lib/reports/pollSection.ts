// Polls, in a report: what was asked, what it came to where everybody may see it, how many answered, a run-off round by round.
import type { PollResult } from '#domain/pollCounts.ts';
import type { MeetingReport, ReportedPoll } from '#domain/meetingReports.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { tableOf, type Cell } from '#lib/polls/table.ts';
import { findingOf, kindWords, roundWords, turnoutOf } from '#lib/polls/words.ts';
import type { ReportItem, ReportSection, ReportTable } from './sections.ts';

/** Only where a poll was held. */
export function pollSection({ polls, meeting }: MeetingReport): ReportSection[] {
	if (polls.length === 0) return [];
	return [
		{
			key: 'polls',
			heading: m.poll_heading(),
			intro: m.report_polls_text(),
			items: polls.map((poll) => pollItem(poll, meeting.slug)),
		},
	];
}

function pollItem(poll: ReportedPoll, slug: string): ReportItem {
	const { number, question, kind, result, concern } = poll;
	const file = `/meetings/${slug}/polls/${number}`;
	return {
		title: question,
		state: kindWords[kind].name(),
		notes: [
			result ? `${findingOf(poll, result)}.` : m.report_poll_hidden(),
			`${turnoutOf(poll)}.`,
			...(result?.kind === 'words' && result.withheld > 0
				? [m.poll_withheld({ count: result.withheld })]
				: []),
		],
		also: result?.kind === 'ranked' ? stepsOf(poll, result) : undefined,
		table: result ? written(tableOf(poll, result)) : undefined,
		links: [
			...(concern ? [{ text: m.outcome_concern({ number: concern }), path: `/concerns/${concern}` }] : []),
			...(result
				? [
						{ text: m.poll_csv(), path: `${file}.csv` },
						{ text: m.report_poll_json(), path: `${file}.json` },
					]
				: []),
		],
	};
}

function stepsOf(poll: ReportedPoll, result: Extract<PollResult, { kind: 'ranked' }>) {
	const texts = result.rounds.map(
		(_, at) => `${m.poll_round({ round: at + 1 })}: ${roundWords(poll, result, at)}`,
	);
	return { label: m.report_poll_rounds(), texts };
}

/** Nothing to show of an option that is out, and of a table without lines. */
function written({ head, rows }: { head: string[]; rows: Cell[][] }): ReportTable | undefined {
	if (rows.length === 0) return undefined;
	const { format } = new Intl.NumberFormat(getLocale());
	const shown = (cell: Cell) => (typeof cell === 'number' ? format(cell) : (cell ?? '–'));
	return { head, rows: rows.map((row) => row.map(shown)) };
}
