// The page, the PDF and the JSON of one evening: every word and every figure of the page is in the PDF, and every figure of the JSON in both.
import { eq } from 'drizzle-orm';
import { getDocumentProxy } from 'unpdf';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '#db/client.ts';
import { closeFeedback, giveFeedback } from '#db/feedback.ts';
import { feedbackWordsOf, vetFeedback } from '#db/feedbackReads.ts';
import { meetings } from '#db/schema/index.ts';
import { keepMinutes } from '#db/seed/minutes.ts';
import type { Feedback } from '#domain/feedback.ts';
import type { MeetingReport } from '#domain/meetingReports.ts';
import { dana, guest } from '#tests/cast.ts';
import { fullEvening } from '#tests/fullEvening.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { makeTown } from './town.ts';

let db: Database;
let server: ServerProcess;
let evening: Awaited<ReturnType<typeof fullEvening>>;
beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	server = await town.start();
	evening = await fullEvening(db);
	await keepMinutes(db, dana, evening.id, [
		{ title: 'Welcome', text: 'Forty came to the gym.', minute: 1 },
		{ title: 'The light at Elm & 5th', text: 'Public works mends it in spring.', minute: 12 },
	]);
	for (let n = 0; n < 12; n++)
		await giveFeedback(db, guest(`of Elm Park ${n}`), {
			...{ meetingId: evening.id, heard: n < 5 ? 3 : 4, clear: 5 },
			words: n === 0 ? 'The microphone was loud enough.' : '',
		});
	// It was three weeks ago.
	await db
		.update(meetings)
		.set({ endedAt: new Date(Date.now() - 21 * 86_400_000) })
		.where(eq(meetings.id, evening.id));
	await closeFeedback(db);
	for (const { id } of await feedbackWordsOf(db, dana, evening.id))
		await vetFeedback(db, dana, { wordsId: id, state: 'published' });
});

const get = (path: string, language = 'en') =>
	fetch(`${server.url}/meetings/${evening.slug}/${path}`, { headers: { 'accept-language': language } });
const plain = (text: string) => text.replace(/\s+/g, ' ').trim();
const entities: Record<string, string> = {
	'&amp;': '&',
	'&lt;': '<',
	'&gt;': '>',
	'&quot;': '"',
	'&#39;': "'",
};
const html = (text: string) =>
	plain(
		text
			.replace(/<!--[\s\S]*?-->/g, '')
			.replace(/<[^>]*>/g, ' ')
			.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity]!),
	);

/** The words of each section of the page, by its heading. */
async function pageSections(language?: string): Promise<Map<string, string>> {
	const page = await (await get('report', language)).text();
	const parts = page
		.slice(0, page.indexOf('</article>'))
		.split(/(?=<div data-section=)/)
		.slice(1);
	return new Map(parts.map((part) => [html(/<h2[^>]*>([\s\S]*?)<\/h2>/.exec(part)![1]!), html(part)]));
}

/** The same of the PDF, as another program than the one that wrote it reads it. */
async function pdfSections(headings: string[], language?: string) {
	const pdf = await getDocumentProxy(new Uint8Array(await (await get('report.pdf', language)).arrayBuffer()));
	let text = '';
	const links: string[] = [];
	for (let n = 1; n <= pdf.numPages; n++) {
		const page = await pdf.getPage(n);
		const { items } = await page.getTextContent();
		const lines = items.map((item) => ('str' in item ? item.str : ''));
		text += ` ${lines.join(' ').replace(/(Page|Página) \d+ \/ \d+/, '')}`;
		const notes = (await page.getAnnotations()) as { subtype: string; url?: string }[];
		links.push(...notes.flatMap(({ subtype, url }) => (subtype === 'Link' && url ? [url] : [])));
	}
	// Addresses are written out beside their words, over several lines where they are long.
	const address = (url: string) => new RegExp([...url].map((char) => RegExp.escape(char)).join('\\s*'), 'g');
	for (const url of links.toSorted((one, other) => other.length - one.length))
		text = text.replace(address(url), '');
	const words = plain(text);
	const bounds = headings.map((heading) => words.indexOf(heading));
	const sections = headings.map((heading, i) => [heading, words.slice(bounds[i], bounds[i + 1])] as const);
	const bookmarks = (await pdf.getOutline())?.map(({ title }) => title);
	return { pdf, sections: new Map(sections), links, bookmarks, bounds };
}

/** Words and figures alone: dots and dashes are drawn otherwise here and there. */
const bare = (text: string) =>
	text
		.replace(/\p{Cf}/gu, '')
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();

describe.each(['en', 'es'])('in %s', (language) => {
	test('the page and the PDF have the same sections with the same words and figures', async () => {
		const page = await pageSections(language);
		const headings = [...page.keys()];
		expect(headings).toHaveLength(10);
		const { sections, bounds, bookmarks } = await pdfSections(headings, language);
		expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
		expect(bookmarks).toEqual(headings);
		for (const heading of headings) {
			const [left, right] = [page.get(heading)!, sections.get(heading)!];
			expect(figures(bare(right)), heading).toEqual(figures(bare(left)));
			expect(bare(right), heading).toBe(bare(left));
		}
	});
});

function feedbackFigures(feedback: Feedback): string[] {
	if (feedback.state === 'open') throw new Error('it is closed');
	return [
		...feedback.words,
		...feedback.numbers.flatMap(({ counts }) => (counts ?? []).filter((count) => count > 0).map(String)),
	];
}

/** Every figure in the order in which they stand. */
const figures = (text: string) => text.match(/\d+/g);

test('every figure of the JSON stands on the page and in the PDF, beside what it counts', async () => {
	const report = (await (await get('report.json')).json()) as MeetingReport;
	const page = await pageSections();
	const { sections } = await pdfSections([...page.keys()]);
	const expected: [string, string[]][] = [
		[
			'When, where and how much',
			[
				`Questions published ${report.questions.length}`,
				`Of these: By phone ${report.questions.filter(({ channel }) => channel === 'phone').length}`,
				`Of these answered ${report.questions.filter(({ outcome }) => outcome === 'answered').length}`,
				`Concerns recorded ${report.concerns.length}`,
				`Promises made ${report.promises.length}`,
			],
		],
		[
			'Who came',
			[
				`Online ${report.attendance.online.peak} ${report.attendance.online.visitors}`,
				`In the room – ${report.attendance.room}`,
				`By phone – ${report.attendance.phone}`,
			],
		],
		[
			'Where they came from',
			[
				...report.attendance.byArea!.shown.map(({ name, count }) => `${name} ${count}`),
				`Elsewhere, or not said ${report.attendance.byArea!.others}`,
			],
		],
		['Polls', report.polls.flatMap(pollFigures)],
		['Minutes', report.minutes!.items.flatMap(({ title, text }) => [title, text])],
		['How was it', feedbackFigures(report.feedback!)],
		['What was asked', report.questions.map(({ text, votes }) => `${text}`.concat(votes ? '' : ''))],
	];
	let compared = 0;
	for (const [start, all] of expected) {
		const heading = [...page.keys()].find((one) => one.startsWith(start))!;
		for (const words of all) {
			compared++;
			expect(bare(page.get(heading)!), words).toContain(bare(words));
			expect(bare(sections.get(heading)!), words).toContain(bare(words));
		}
	}
	expect(compared).toBeGreaterThan(35);
	const asked = page.get([...page.keys()][1]!)!;
	for (const { votes, votesElsewhere } of report.questions) {
		expect(asked).toContain(votes === 1 ? '1 vote' : `${votes} votes`);
		if (votesElsewhere!.room > 0) expect(asked).toContain(`+${votesElsewhere!.room}`);
	}
	// And the other way round: what is hidden is in none of them.
	for (const said of [JSON.stringify(report), ...page.values(), ...sections.values()]) {
		for (const hidden of ['Mill Hill', 'North End', 'rude']) expect(said).not.toContain(hidden);
	}
	expect(page.get('Polls')).not.toMatch(/Seventeen|Nineteen/);
});

function pollFigures({
	question,
	options,
	result,
	voted,
	present,
}: MeetingReport['polls'][number]): string[] {
	const turnout = [question, `${voted} `, `${present! - voted} of the ${present} browsers`];
	if (!result) return [...turnout, 'The result was not shown.'];
	switch (result.kind) {
		case 'single':
		case 'multiple':
			return [...turnout, ...options.map((option, at) => `${option} ${result.votes[at]!}`)];
		case 'scale':
			return [
				...turnout,
				...result.votes.slice(1, 4).map((votes, at) => `${at + 2} ${votes}`),
				String(result.mean),
			];
		case 'words':
			return [...turnout, ...result.words.map(({ word, ballots }) => `${word} ${ballots}`)];
		case 'ranked':
			return [
				...turnout,
				...options.map(
					(option, at) => `${option} ${result.rounds.map(({ votes }) => votes[at] ?? '–').join(' ')}`,
				),
				`No further choice ${result.rounds.map(({ exhausted }) => exhausted).join(' ')}`,
			];
	}
}

test('a poll has the same figures in its own files', async () => {
	const report = (await (await get('report.json')).json()) as MeetingReport;
	for (const poll of report.polls) {
		const [json, csv] = [await get(`polls/${poll.number}.json`), await get(`polls/${poll.number}.csv`)];
		if (!poll.result) {
			expect([json.status, csv.status]).toEqual([404, 404]);
			continue;
		}
		const { meeting, ...own } = (await json.json()) as { meeting: object };
		expect(own).toEqual(poll);
		expect(meeting).toEqual({
			url: expect.stringMatching(`/meetings/${evening.slug}$`),
			title: 'Town hall on Elm Street',
		});
		const lines = (await csv.text()).split('\r\n');
		expect(lines).toContain(`"Answered",${poll.voted}`);
		expect(lines).toContain(`"No answer",${poll.silent}`);
	}
});

test('what can be pressed in the PDF leads where it says, and is tagged as a link', async () => {
	const { pdf, links } = await pdfSections([]);
	const own = `/meetings/${evening.slug}`;
	for (const path of [
		`${own}/report`,
		`${own}/polls/1.csv`,
		`${own}/polls/2.json`,
		`/concerns/${evening.number}`,
		`/followups/${evening.promise}`,
	])
		expect(
			links.some((link) => link.endsWith(path)),
			path,
		).toBe(true);
	const trees = await Promise.all(
		Array.from({ length: pdf.numPages }, async (_, n) => (await pdf.getPage(n + 1)).getStructTree()),
	);
	expect(JSON.stringify(trees)).toContain('"role":"Link"');
	const { info } = await pdf.getMetadata();
	expect(info).toMatchObject({ Language: 'en', Title: 'Report: Town hall on Elm Street' });
	expect((await pdf.getMarkInfo())?.Marked).toBe(true);
});
