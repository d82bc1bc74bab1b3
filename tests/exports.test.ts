// Exports: tables that spreadsheets read right and cannot be tricked by, and data with nothing that is hidden.
import { describe, expect, test } from 'vitest';
import type { QuestionWithOutcome } from '#db/reports.ts';
import type { Meeting } from '#domain/meetings.ts';
import { exported, questionsCsv, questionsJson } from '#lib/server/exports.ts';
import { rangeOf } from '#lib/server/files.ts';

const question: QuestionWithOutcome = {
	id: 'b0a1f6a4-0f0e-4c6e-9d6e-7f1f2c3d4e5f',
	number: 1,
	text: 'When is the crossing built?',
	state: 'answered',
	votes: 7,
	votesWithAccount: 2,
	votesAside: 1,
	votesFrozen: false,
	askedBy: null,
	channel: 'online',
	votesElsewhere: { room: 0, phone: 0, paper: 0 },
	askedAt: '2026-10-27T23:40:00.000Z',
	publishedAt: '2026-10-27T23:41:00.000Z',
	onAirAt: null,
	answeredAt: '2026-10-28T00:10:00.000Z',
	answeredHow: 'live',
	answer: 'In spring.',
	answeredBy: 'Dana Reyes',
	mergedInto: null,
	deferredDue: null,
	pinned: false,
	labels: ['crossing', 'school'],
	concern: 'PL-2026-00001',
	disposition: 'follow-up',
	dispositionNote: null,
};

/** RFC 4180, by the letter. */
function rowsOf(csv: string): Record<string, string>[] {
	const [head, ...rows] = csv
		.replace(/^\u{FEFF}/u, '')
		.split(/\r\n(?=(?:[^"]*"[^"]*")*[^"]*$)/)
		.filter(Boolean)
		.map((line) =>
			[...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
				([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
			),
		);
	return rows.map((row) => Object.fromEntries(head!.map((name, i) => [name, row[i]!])));
}

describe('the table', () => {
	test('has a row per question, with times, totals and outcome', () => {
		const [row] = rowsOf(questionsCsv([question]));
		expect(row).toMatchObject({
			number: '1',
			text: 'When is the crossing built?',
			askedAt: '2026-10-27T23:40:00.000Z',
			votes: '7',
			votesAside: '1',
			labels: 'crossing; school',
			concern: 'PL-2026-00001',
			outcome: 'follow-up',
			askedBy: '',
		});
	});

	test('begins with the mark by which spreadsheets know UTF-8', () => {
		expect([...Buffer.from(questionsCsv([]))].slice(0, 3)).toEqual([0xef, 0xbb, 0xbf]);
	});

	test('keeps commas, quotes and line breaks of a text in one cell', () => {
		const text = 'He said "no", twice.\nWhy?\r\nÑandú 🏮';
		expect(rowsOf(questionsCsv([{ ...question, text }]))[0]!.text).toBe(text);
	});

	test.each([
		'=HYPERLINK("https://evil.example","click")',
		'+1+1',
		'-2+3',
		'@SUM(A1)',
		'\t=1+1',
		'  =1+1',
		'\r=1+1',
		'＝1+1',
		'|cmd',
	])('%j is text and no formula', (text) => {
		expect(rowsOf(questionsCsv([{ ...question, text, answer: text }]))[0]).toMatchObject({
			text: `'${text}`,
			answer: `'${text}`,
		});
	});

	test('an ordinary text gets no apostrophe', () => {
		expect(rowsOf(questionsCsv([{ ...question, text: '¿Y el semáforo?' }]))[0]!.text).toBe('¿Y el semáforo?');
	});
});

describe('the data', () => {
	const meeting = { slug: 'elm', title: 'Elm', state: 'reported', totalsHidden: false } as Meeting;

	test('says what the questions are of', () => {
		const data = JSON.parse(questionsJson(meeting, [question], 'https://hall.example'));
		expect(data.meeting).toMatchObject({ url: 'https://hall.example/meetings/elm', title: 'Elm' });
		expect(data.questions[0]).toMatchObject({ number: 1, votes: 7, outcome: 'follow-up' });
	});

	test('a merged question names the number of the other', () => {
		const other = {
			...question,
			id: 'another',
			number: 2,
			state: 'merged',
			mergedInto: question.id,
		} as const;
		expect(exported([question, other])[1]!.mergedInto).toBe(1);
	});
});

test('hidden totals are hidden in both, and so is what would tell them', () => {
	const hidden = { ...question, votes: null, votesWithAccount: null, votesAside: 0, votesElsewhere: null };
	expect(rowsOf(questionsCsv([hidden]))[0]).toMatchObject({
		votes: '',
		votesWithAccount: '',
		votesAside: '',
	});
	expect(exported([hidden])[0]).toMatchObject({ votes: null, votesWithAccount: null, votesAside: null });
});

describe('a part of a film', () => {
	test.each([
		[null, null],
		['bytes=0-', { start: 0, end: 999 }],
		['bytes=10-19', { start: 10, end: 19 }],
		['bytes=990-5000', { start: 990, end: 999 }],
		['bytes=-100', { start: 900, end: 999 }],
		['bytes=-5000', { start: 0, end: 999 }],
		['bytes=1000-', 'outside'],
		['bytes=20-10', 'outside'],
		['bytes=0-1,5-6', null],
		['bytes=-', null],
		['lines=1-2', null],
	] as const)('asked for as %s', (header, range) => {
		expect(rangeOf(header, 1_000)).toEqual(range);
	});
});
