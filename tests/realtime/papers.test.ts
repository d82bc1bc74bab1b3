// Papers, counted links and the report as a real server hands them out.
import { beforeAll, describe, expect, test } from 'vitest';
import { extractText, getDocumentProxy } from 'unpdf';
import { acknowledgeConcern } from '#db/concernMoves.ts';
import { captureQuestion } from '#db/concerns.ts';
import type { Database } from '#db/client.ts';
import { changeDocument } from '#db/documents.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { cancelMeeting, endMeeting, publishMeeting, readMeeting } from '#db/meetings.ts';
import { publishMinutes } from '#db/minutes.ts';
import { readArrivals } from '#db/outreach.ts';
import { actOnQuestions } from '#db/questionActs.ts';
import { askQuestion } from '#db/questions.ts';
import { castVotes } from '#db/votes.ts';
import { addItem, itemText, setMoment } from '#domain/minutes.ts';
import type { OutreachSource } from '#domain/outreach.ts';
import { anEvening, dana, guest, liveMeeting, maria, sam } from '#tests/cast.ts';
import { move, proposed } from '#tests/promises.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { makeTown } from './town.ts';

let db: Database;
let server: ServerProcess;
beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	server = await town.start();
});

const get = (path: string, init: RequestInit = {}) =>
	fetch(server.url + path, { redirect: 'manual', ...init });
const inSpanish = { headers: { 'accept-language': 'es' } };
const textOf = async (answer: Response) => {
	const pdf = await getDocumentProxy(new Uint8Array(await answer.arrayBuffer()));
	const { text } = await extractText(pdf, { mergePages: true });
	return { text: text.replace(/\s+/g, ' '), info: (await pdf.getMetadata()).info as { Language: string } };
};
/** What a page says, as a reader sees it. */
const wordsOf = async (answer: Response) =>
	(await answer.text())
		.replace(/<(script|style|head)[\s\S]*?<\/\1>/g, ' ')
		.replace(/<[^>]*>/g, ' ')
		.replaceAll('&amp;', '&')
		.replace(/\s+/g, ' ');

async function planned(more: object = {}) {
	const { id, slug } = await createMeeting(db, dana, { ...anEvening, ...more });
	await publishMeeting(db, dana, { meetingId: id });
	const { meeting } = await readMeeting(db, dana, slug);
	return { id, slug, code: meeting.code };
}

describe('a short link', () => {
	const countOf = async (id: string, source: OutreachSource) =>
		(await readArrivals(db, dana, id)).find((row) => row.source === source)!.count;

	test('counts its source and leads on, and leaves nothing in the browser', async () => {
		const { id, slug, code } = await planned();
		const answer = await get(`/m/${code}?from=poster`);
		expect([answer.status, answer.headers.get('location')]).toEqual([302, `/meetings/${slug}`]);
		expect(answer.headers.get('set-cookie')).toBeNull();
		expect(await countOf(id, 'poster')).toBe(1);
		await get(`/m/${code}?from=poster`);
		expect(await countOf(id, 'poster')).toBe(2);
	});

	test('counts neither programs that only look, nor fetching ahead, nor sources that nobody knows', async () => {
		const { id, slug, code } = await planned();
		for (const [from, init] of [
			['poster', { method: 'HEAD' }],
			['poster', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
			['billboard', {}],
		] as const) {
			const { status, headers } = await get(`/m/${code}?from=${from}`, init);
			expect([status, headers.get('location')]).toEqual([302, `/meetings/${slug}`]);
		}
		await get(`/m/${code}`);
		expect((await readArrivals(db, dana, id)).map(({ count }) => count)).toEqual(Array(7).fill(0));
	});

	test('opened over and over from one address leads on, and is counted no more', async () => {
		const { id, code } = await planned();
		for (let n = 0; n < 320; n += 40)
			await Promise.all(Array.from({ length: 40 }, () => get(`/m/${code}?from=radio`)));
		const count = await countOf(id, 'radio');
		expect(count).toBeGreaterThan(200);
		expect(count).toBeLessThanOrEqual(300);
		expect((await get(`/m/${code}?from=radio`)).status).toBe(302);
	});
});

describe('a paper', () => {
	test('is a PDF with everything that brings people there, in both languages', async () => {
		const { slug, code } = await planned({
			placeKind: 'hybrid',
			place: 'Lincoln School gym',
			languages: ['en', 'es'],
		});
		const english = await get(`/meetings/${slug}/papers/poster-en.pdf`, inSpanish);
		expect(english.headers.get('content-type')).toBe('application/pdf');
		const { text, info } = await textOf(english);
		for (const words of [
			'Town hall on Elm Street',
			'Thursday, December 3, 2026',
			'6:30 – 8:00 PM (Central Time)',
			'Lincoln School gym, and online',
			'In English and Spanish',
			'Watch and ask from home:',
			`/m/${code}`,
		])
			expect(text).toContain(words);
		expect(info.Language).toBe('en');
		const spanish = await textOf(await get(`/meetings/${slug}/papers/flyer-es.pdf`));
		for (const words of [
			'Jueves, 3 de diciembre de 2026',
			'(hora central)',
			'En inglés y español',
			'desde casa:',
		])
			expect(spanish.text).toContain(words);
		expect(spanish.info.Language).toBe('es');
	});

	test('is a picture for messengers that the meeting’s page names', async () => {
		const { slug } = await planned();
		const page = await (await get(`/meetings/${slug}`, inSpanish)).text();
		const [, address] = /property="og:image" content="([^"]+)"/.exec(page)!;
		expect(address).toMatch(new RegExp(`/meetings/${slug}/papers/card-es\\.png$`));
		const picture = await get(new URL(address!).pathname);
		expect(picture.headers.get('content-type')).toBe('image/png');
		const bytes = Buffer.from(await picture.arrayBuffer());
		expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1200, 630]);
	});

	test('is not sent again to who has it, until the meeting is another', async () => {
		const { id, slug } = await planned();
		const first = await get(`/meetings/${slug}/papers/card-en.png`);
		const etag = first.headers.get('etag')!;
		const again = () => get(`/meetings/${slug}/papers/card-en.png`, { headers: { 'if-none-match': etag } });
		expect((await again()).status).toBe(304);
		await db.$client.query(`update meetings set title = 'Another title' where id = $1`, [id]);
		const other = await again();
		expect([other.status, other.headers.get('etag') === etag]).toEqual([200, false]);
	});

	test('is there for no draft, no cancelled meeting and no other name', async () => {
		const draft = await createMeeting(db, dana, anEvening);
		const { id, slug } = await planned();
		for (const name of ['poster-fr.pdf', 'card-en.pdf', 'poster-en', 'poster-en.pdf.png', '..%2Fqr.svg'])
			expect((await get(`/meetings/${slug}/papers/${name}`)).status, name).toBe(404);
		expect((await get(`/meetings/${draft.slug}/papers/poster-en.pdf`)).status).toBe(404);
		await cancelMeeting(db, dana, { meetingId: id, reason: 'A storm' });
		expect((await get(`/meetings/${slug}/papers/poster-en.pdf`)).status).toBe(404);
	});
});

describe('a report', () => {
	const question = 'Who mends the light at Elm & 5th?';
	async function evening(totalsHidden = false) {
		const { id, slug } = await liveMeeting(db, { totalsHidden });
		const asked = await askQuestion(db, guest('ann'), { meetingId: id, text: question, anonymous: true });
		await castVotes(db, [{ actor: maria, questionId: asked.id, on: true }]);
		const answered = { questionIds: [asked.id], act: 'answer-in-writing' as const };
		const { number } = await captureQuestion(db, dana, { questionId: asked.id });
		await actOnQuestions(db, dana, { ...answered, answer: 'The city does, in spring.' });
		await acknowledgeConcern(db, sam, { number, text: 'We are looking at it.' });
		const promise = await proposed(db, [number], { title: 'Mend the light' });
		await move(db, promise, 'committed');
		await endMeeting(db, dana, { meetingId: id });
		return { slug, number, promise };
	}

	test('says the same as a page, as a PDF and as JSON', async () => {
		const { slug, number, promise } = await evening();
		const [page, pdf, json] = await Promise.all([
			get(`/meetings/${slug}/report`).then(wordsOf),
			get(`/meetings/${slug}/report.pdf`).then(textOf),
			get(`/meetings/${slug}/report.json`).then((answer) => answer.json()),
		]);
		expect(json).toMatchObject({
			meeting: { title: 'Town hall on Elm Street' },
			questions: [{ text: question, votes: 1, outcome: 'answered', concern: number }],
			concerns: [{ number, url: expect.stringMatching(`/concerns/${number}$`) }],
			promises: [
				{ number: promise, state: 'committed', url: expect.stringMatching(`/followups/${promise}$`) },
			],
			polls: [],
			attendance: { online: { peak: 0, visitors: 0 }, room: 0, phone: 0, byArea: null },
		});
		for (const words of [
			'Report: Town hall on Elm Street',
			question,
			'1 vote',
			'Answered in writing',
			'The city does, in spring.',
			number,
			'Mend the light',
			promise,
			'Most at once',
		]) {
			expect(page, words).toContain(words);
			expect(pdf.text, words).toContain(words);
		}
		// Whole sections in the same order.
		const headings = [
			'When, where and how much',
			'What was asked',
			'Concerns recorded at',
			'Promised here',
			'Who came',
		];
		for (const said of [page, pdf.text]) {
			const places = headings.map((heading) => said.indexOf(heading));
			expect(places).toEqual(places.toSorted((a, b) => a - b));
			expect(places).not.toContain(-1);
		}
	});

	test('does not tell totals that are hidden, in none of the three', async () => {
		const { slug } = await evening(true);
		expect(await get(`/meetings/${slug}/report`).then(wordsOf)).not.toMatch(/\d+ votes?/);
		expect((await get(`/meetings/${slug}/report.pdf`).then(textOf)).text).not.toMatch(/\d+ votes?/);
		const json = await get(`/meetings/${slug}/report.json`).then((answer) => answer.json());
		expect(json).toMatchObject({ questions: [{ votes: null }] });
	});

	test('has the minutes that were published, in all three, each item with its moment', async () => {
		const { id, slug } = await liveMeeting(db);
		await db.transaction((tx) =>
			changeDocument(tx, { kind: 'minutes', id }, (doc) => {
				addItem(doc, 'one', 'The light at Elm');
				itemText(doc, 'one', 'text')!.insert(0, 'It is mended in spring.\n\n- Who pays is open.');
				setMoment(doc, 'one', 65);
			}),
		);
		await endMeeting(db, dana, { meetingId: id });
		const forms = () =>
			Promise.all([
				get(`/meetings/${slug}/report`).then(wordsOf),
				get(`/meetings/${slug}/report.pdf`).then(async (answer) => (await textOf(answer)).text),
			]);
		for (const said of await forms()) expect(said).not.toContain('The light at Elm');
		await publishMinutes(db, dana, { meetingId: id, note: '' });
		const json = await get(`/meetings/${slug}/report.json`).then((answer) => answer.json());
		expect(json).toMatchObject({
			minutes: {
				...{ number: 1, url: expect.stringMatching(`/meetings/${slug}/minutes\\?version=1$`) },
				items: [{ title: 'The light at Elm', at: 65, moment: null }],
			},
		});
		for (const said of [...(await forms()), await get(`/meetings/${slug}/minutes`).then(wordsOf)])
			for (const words of ['The light at Elm', 'Version 1', '1:05 into the meeting', 'Who pays is open.'])
				expect(said).toContain(words);
	});

	test('is in the reader’s language', async () => {
		const { slug } = await evening();
		const { text, info } = await textOf(await get(`/meetings/${slug}/report.pdf`, inSpanish));
		for (const words of ['Informe: Town hall', 'Preguntas publicadas']) expect(text).toContain(words);
		expect(info.Language).toBe('es');
		expect(await get(`/meetings/${slug}/report`, inSpanish).then(wordsOf)).toContain('Máximo a la vez');
		expect(text).toContain('Máximo a la vez');
	});

	test('is there for no meeting that is not over', async () => {
		const draft = await createMeeting(db, dana, anEvening);
		const scheduled = await planned();
		const live = await liveMeeting(db);
		const cancelled = await planned();
		await cancelMeeting(db, dana, { meetingId: cancelled.id, reason: 'A storm' });
		for (const { slug } of [draft, scheduled, live, cancelled])
			for (const form of ['report', 'report.pdf', 'report.json'])
				expect((await get(`/meetings/${slug}/${form}`)).status, form).toBe(404);
	});
});
