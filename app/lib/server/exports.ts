// What was asked in a meeting, for spreadsheets and programs: everything published, with times, totals and outcomes.
import { csvCell } from '#domain/formats.ts';
import type { MeetingReport } from '#domain/meetingReports.ts';
import type { Meeting } from '#domain/meetings.ts';
import type { QuestionWithOutcome } from '#db/reports.ts';

/** One question as it is exported; times in ISO 8601 UTC. Totals are null while they are hidden. */
export type ExportedQuestion = ReturnType<typeof exported>[number];

/** In the order of their numbers: any other order would tell hidden totals. */
export function exported(questions: QuestionWithOutcome[]) {
	const numbers = new Map(questions.map(({ id, number }) => [id, number]));
	return questions.map((question) => ({
		number: question.number,
		text: question.text,
		state: question.state,
		askedBy: question.askedBy,
		channel: question.channel,
		askedAt: question.askedAt,
		publishedAt: question.publishedAt,
		onAirAt: question.onAirAt,
		answeredAt: question.answeredAt,
		answeredHow: question.answeredHow,
		answeredBy: question.answeredBy,
		answer: question.answer,
		mergedInto: question.mergedInto === null ? null : (numbers.get(question.mergedInto) ?? null),
		deferredDue: question.deferredDue,
		labels: question.labels,
		votes: question.votes,
		votesWithAccount: question.votesWithAccount,
		votesRoom: question.votesElsewhere?.room ?? null,
		votesPhone: question.votesElsewhere?.phone ?? null,
		votesPaper: question.votesElsewhere?.paper ?? null,
		votesAside: question.votes === null ? null : question.votesAside,
		concern: question.concern,
		outcome: question.disposition,
		outcomeNote: question.dispositionNote,
	}));
}

export function questionsJson(meeting: Meeting, questions: QuestionWithOutcome[], publicUrl: string): string {
	const { slug, title, state, startsAt, endsAt, timeZone, totalsHidden } = meeting;
	const about = {
		url: `${publicUrl}/meetings/${slug}`,
		title,
		state,
		startsAt,
		endsAt,
		timeZone,
		totalsHidden,
	};
	return `${JSON.stringify({ meeting: about, questions: exported(questions) }, null, '\t')}\n`;
}

const columns = [
	...([
		'number',
		'text',
		'state',
		'askedBy',
		'channel',
		'askedAt',
		'publishedAt',
		'onAirAt',
		'answeredAt',
		'answeredHow',
	] as const),
	...([
		'answeredBy',
		'answer',
		'mergedInto',
		'deferredDue',
		'labels',
		'votes',
		'votesWithAccount',
		'votesRoom',
		'votesPhone',
		'votesPaper',
		'votesAside',
	] as const),
	...(['concern', 'outcome', 'outcomeNote'] as const),
] satisfies (keyof ExportedQuestion)[];

/** RFC 4180 with a byte order mark, without which spreadsheets read UTF-8 as something else. */
export function questionsCsv(questions: QuestionWithOutcome[]): string {
	const rows = exported(questions).map((question) => columns.map((name) => csvCell(question[name])));
	return `\u{FEFF}${[columns.join(','), ...rows.map((row) => row.join(','))].join('\r\n')}\r\n`;
}

/** A meeting's report: what was read, with whole addresses in place of paths. */
export function reportJson(report: MeetingReport, publicUrl: string): string {
	const { meeting, questions, concerns, promises, recordings, minutes, ...rest } = report;
	const whole = (path: string | null) => path && publicUrl + path;
	const data = {
		meeting: { url: `${publicUrl}/meetings/${meeting.slug}`, ...meeting },
		...rest,
		questions: questions.map((question) => ({ ...question, moment: whole(question.moment) })),
		concerns: concerns.map((concern) => ({ url: `${publicUrl}/concerns/${concern.number}`, ...concern })),
		promises: promises.map((promise) => ({ url: `${publicUrl}/followups/${promise.number}`, ...promise })),
		recordings: recordings.map(({ path, ...recording }) => ({ url: whole(path), ...recording })),
		minutes: minutes && {
			url: `${publicUrl}/meetings/${meeting.slug}/minutes?version=${minutes.number}`,
			...minutes,
			items: minutes.items.map((item) => ({ ...item, moment: whole(item.moment) })),
		},
	};
	return `${JSON.stringify(data, null, '\t')}\n`;
}
