// Posters, flyers and cards as they are drawn: nothing is cut off, letters can be read from across a room, and no typeface of the machine is needed.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import sharp from 'sharp';
import { extractText, getDocumentProxy } from 'unpdf';
import { encode } from 'uqr';
import { describe, expect, test } from 'vitest';
import { cardOf } from '../app/lib/server/paper/card.ts';
import { isDrawable, linesOf, widthOf } from '../app/lib/server/paper/fonts.ts';
import type { Invitation } from '../app/lib/server/paper/invitation.ts';
import { keptFiles } from '../app/lib/server/paper/kept.ts';
import { drawnPdf } from '../app/lib/server/paper/pdf.ts';
import { drawnPng } from '../app/lib/server/paper/png.ts';
import { leastPosterSize, posterOf } from '../app/lib/server/paper/poster.ts';
import { reportPdf } from '../app/lib/server/paper/reportPdf.ts';
import type { Sheet, Text } from '../app/lib/server/paper/sheet.ts';

const usual: Invitation = {
	locale: 'es',
	city: 'Lindenfeld',
	title: 'Reunión vecinal: ¿más luz en la calle Elm?',
	day: 'Jueves, 3 de diciembre de 2026',
	time: '6:30 – 8:00 p. m. (hora central)',
	place: 'Lincoln School, 12 Elm Street, y por internet',
	languages: 'En inglés y español',
	watch: 'Véala y pregunte desde casa:',
	link: 'porchlight.example/m/abc234',
	url: 'https://porchlight.example/m/abc234?from=poster',
	codeAlt: 'Código QR',
};
/** As long as the form of a meeting takes. */
const longest: Invitation = {
	...usual,
	title: 'Wide mammoth words '.repeat(7).slice(0, 120),
	place: 'Northwest Community Hall of Lindenfeld '.repeat(6).slice(0, 200),
	languages: 'En inglés, español, árabe, francés, hmong, criollo haitiano, coreano y polaco',
	link: 'porchlight.the-city-of-lindenfeld-in-the-north.example.gov/m/abc234',
};
/** One word that no line is wide enough for. */
const unbroken: Invitation = { ...usual, title: 'W'.repeat(120), place: 'M'.repeat(200) };

const texts = ({ marks }: Sheet) => marks.filter((mark): mark is Text => mark.kind === 'text');
const sheets = [
	['poster', (words: Invitation) => posterOf('poster', words)],
	['flyer', (words: Invitation) => posterOf('flyer', words)],
	['card', cardOf],
] as const;

describe.each(sheets)('the %s', (kind, sheetOf) => {
	test.each([
		['usual', usual],
		['longest', longest],
		['unbroken', unbroken],
	])('has all of a meeting with %s words within its edges, and nothing on top of another', (_, words) => {
		const sheet = sheetOf(words);
		const found = texts(sheet).flatMap(({ size, weight, lines }) =>
			lines.map(({ text, x, y }) => ({
				text,
				...{ left: x, right: x + widthOf(text, size, weight), top: y - size * 0.7, bottom: y + size * 0.24 },
			})),
		);
		for (const { text, left, right, top, bottom } of found)
			expect([left >= 0, right <= sheet.width, top >= 0, bottom <= sheet.height], text).toEqual(
				Array(4).fill(true),
			);
		const codes = sheet.marks.flatMap((mark) =>
			mark.kind === 'code'
				? [{ text: 'code', left: mark.x, right: mark.x + mark.side, top: mark.y, bottom: mark.y + mark.side }]
				: [],
		);
		const all = [...found, ...codes];
		for (const [i, a] of all.entries())
			for (const b of all.slice(i + 1)) {
				const isApart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
				expect(isApart, `${a.text} / ${b.text}`).toBe(true);
			}
		// Pieces of a broken word join without a space.
		const said = found
			.map(({ text }) => text)
			.join('')
			.replaceAll(' ', '');
		for (const part of [words.title, words.day, words.place])
			expect(said).toContain(part.replaceAll(' ', ''));
		if (kind !== 'card') expect(said).toContain(words.link);
	});

	test('draws letters without any typeface of the machine', async () => {
		const sheet = sheetOf(usual);
		const png = await drawnPng(sheet, 1);
		const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
		expect([info.width, info.height]).toEqual([sheet.width, sheet.height]);
		const title = texts(sheet).find(({ role }) => role === 'H1')!;
		for (const { text, x, y } of title.lines) {
			let dark = 0;
			const [right, top] = [x + widthOf(text, title.size, title.weight), y - title.size * 0.7];
			for (let row = Math.ceil(top); row < y; row++)
				for (let column = Math.ceil(x); column < right; column++)
					if (data[row * info.width + column]! < 100) dark++;
			// Letters cover a part of their line: an empty one has nothing, boxes in place of letters far more or less.
			const share = dark / ((right - x) * (y - top));
			expect(share, text).toBeGreaterThan(0.2);
			expect(share, text).toBeLessThan(0.7);
		}
	});
});

test('on a machine without typefaces the picture is the same, dot by dot', async () => {
	const here = await drawnPng(posterOf('flyer', usual), 1);
	const script = `
		import { posterOf } from './app/lib/server/paper/poster.ts';
		import { drawnPng } from './app/lib/server/paper/png.ts';
		process.stdout.write(await drawnPng(posterOf('flyer', ${JSON.stringify(usual)}), 1));`;
	const there = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
		cwd: path.resolve(import.meta.dirname, '..'),
		env: { FONTCONFIG_FILE: '/nonexistent', FONTCONFIG_PATH: '/nonexistent', HOME: '/nonexistent' },
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	expect(Buffer.compare(there, here)).toBe(0);
});

test('on a poster of usual length every word is 7 mm high, for who stands two metres away', () => {
	const capHeight = 0.668;
	const sizes = texts(posterOf('poster', usual)).map(({ size }) => size);
	expect(Math.min(...sizes)).toBeGreaterThanOrEqual(leastPosterSize);
	expect(((leastPosterSize * capHeight) / 72) * 25.4).toBeGreaterThan(6.5);
});

test('the PDF has real words, a title, a language, and tags', async () => {
	const sheet = posterOf('poster', usual);
	const bytes = await drawnPdf(sheet, 'Lindenfeld');
	const pdf = await getDocumentProxy(bytes.slice());
	const { text } = await extractText(pdf, { mergePages: true });
	const plain = text.replace(/\s+/g, ' ');
	for (const words of [usual.title, usual.day, usual.time, usual.place, usual.link])
		expect(plain).toContain(words);
	const { info } = await pdf.getMetadata();
	expect(info).toMatchObject({ Title: usual.title, Language: 'es', Author: 'Lindenfeld' });
	const page = await pdf.getPage(1);
	const { width, height } = page.getViewport({ scale: 1 });
	expect([width, height]).toEqual([612, 792]);
	const tree = JSON.stringify(await page.getStructTree());
	for (const role of ['Document', 'H1', 'P', 'Figure']) expect(tree).toContain(`"role":"${role}"`);
	expect(tree).toContain(usual.codeAlt);
	expect(Buffer.from(bytes).toString('latin1')).toContain('pdfuaid:part');
	expect(Buffer.compare(await drawnPdf(sheet, 'Lindenfeld'), bytes)).toBe(0);
});

test('letters of central Europe are drawn, those of other scripts are known not to be', () => {
	expect(isDrawable('Čapek, Łódź, ñandú, 6:30 –\u2060 8:00 p.\u00a0m.')).toBe(true);
	expect(isDrawable('Привет')).toBe(false);
	expect(linesOf('one two', 1000, 10, 400)).toEqual(['one two']);
});

test('the code on the picture leads to the link that is counted', async () => {
	const sheet = posterOf('poster', usual);
	const code = sheet.marks.find((mark) => mark.kind === 'code')!;
	const { data: expected, size } = encode(usual.url, { border: 4 });
	const dots = 150 / 72;
	const png = await drawnPng(sheet, dots);
	const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
	const at = (start: number, n: number) => Math.floor((start + ((n + 0.5) * code.side) / size) * dots);
	const seen = expected.map((row, y) =>
		row.map((_, x) => data[at(code.y, y) * info.width + at(code.x, x)]! < 128),
	);
	expect(seen).toEqual(expected);
});

describe('a long report', () => {
	const item = (n: number) => ({
		title: `Question ${n}: ${'why is it so dark? '.repeat(8)}`,
		state: 'Answered',
		notes: ['1 vote', 'x'.repeat(400)],
		quote: { by: 'Dana wrote:', text: 'In spring.\nAll of them.' },
		links: [{ text: 'Concern', path: `/concerns/${n}` }],
	});
	const report = (title: string) => ({
		...{ title, city: 'Lindenfeld', publicUrl: 'https://porchlight.example', path: '/meetings/x/report' },
		language: 'en',
		sections: [
			{ key: 'a', heading: 'Asked', items: Array.from({ length: 30 }, (_, n) => item(n)) },
			{ key: 'b', heading: 'Came', table: { head: ['How', 'Peak'], rows: [['Online', '12']] } },
			{ key: 'c', heading: 'Promised', items: [], empty: title },
		],
		words: { page: 'Page', incomplete: 'Some letters are missing.' },
	});
	const read = async (title: string) => {
		const pdf = await getDocumentProxy(await reportPdf(report(title)));
		const { text } = await extractText(pdf, { mergePages: true });
		return { pdf, text: text.replace(/\s+/g, ' ') };
	};

	test('goes over several pages, each with its number, nothing lost and every part tagged', async () => {
		const { pdf, text } = await read('Report');
		expect(pdf.numPages).toBeGreaterThan(5);
		for (let n = 0; n < 30; n++) expect(text).toContain(`https://porchlight.example/concerns/${n}`);
		expect(text).toContain(`Page ${pdf.numPages} / ${pdf.numPages}`);
		const trees = await Promise.all(
			Array.from({ length: pdf.numPages }, async (_, n) => (await pdf.getPage(n + 1)).getStructTree()),
		);
		const tree = JSON.stringify(trees);
		for (const role of ['H1', 'H2', 'H3', 'Table', 'TR', 'TH', 'TD'])
			expect(tree).toContain(`"role":"${role}"`);
		expect(text).not.toContain('Some letters are missing.');
	});

	test('says so where its letters cannot be drawn', async () => {
		expect((await read('Привет')).text).toContain('Some letters are missing.');
	});
});

describe('files that were made', () => {
	const file = (size: number) => async () => new Uint8Array(size);

	test('are made once, also when two ask at once', async () => {
		const kept = keptFiles(100);
		let made = 0;
		const make = async () => (made++, new Uint8Array(10));
		const [a, b] = await Promise.all([kept.of({ a: 1 }, make), kept.of({ a: 1 }, make)]);
		await kept.of({ a: 1 }, make);
		expect([made, a.etag]).toEqual([1, b.etag]);
		expect((await kept.of({ a: 2 }, make)).etag).not.toBe(a.etag);
	});

	test('take no more room than they may: what was not asked for longest goes', async () => {
		const kept = keptFiles(100);
		await kept.of('first', file(40));
		await kept.of('second', file(40));
		await kept.of('first', file(40));
		await kept.of('third', file(40));
		expect(kept.count()).toEqual({ files: 2, bytes: 80 });
		let made = 0;
		const again = async () => (made++, new Uint8Array(40));
		await kept.of('first', again);
		expect(made).toBe(0);
		await kept.of('second', again);
		expect(made).toBe(1);
	});

	test('that fail are tried again', async () => {
		const kept = keptFiles(100);
		await expect(kept.of('x', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
		expect((await kept.of('x', file(3))).bytes).toHaveLength(3);
	});
});
