// The house's letters on paper: Atkinson Hyperlegible Next from its package, never what is installed on the machine. Its files hold
// a part of the alphabet each, so a text is a row of runs.
import { create, type Font } from 'fontkit';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export type Weight = 400 | 700 | 800;
type Part = 'latin' | 'latin-ext';
/** A piece of text that one file holds. */
export type Run = { text: string; face: Face };
export type Face = { name: string; bytes: Buffer; font: Font };

const faces = new Map<string, Face>();

/** One file of the typeface, read once. */
function faceOf(weight: Weight, part: Part): Face {
	const name = `${part}-${weight}`;
	const known = faces.get(name);
	if (known) return known;
	// WOFF, not WOFF2: of the latter fontkit cannot make the part that goes into a PDF.
	const file = `@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-${name}-normal.woff`;
	const bytes = readFileSync(createRequire(import.meta.url).resolve(file));
	const face = { name, bytes, font: create(bytes) };
	faces.set(name, face);
	return face;
}

const has = ({ font }: Face, char: string) => font.hasGlyphForCodePoint(char.codePointAt(0)!);

/** What is there for screens alone (joiners, marks of direction) has no shape on paper; tabs are spaces. */
export const visible = (text: string) => text.replace(/[\t\r]/g, ' ').replace(/\p{Cf}/gu, '');

/** A text as runs. What no file holds stands in the first, which draws a box for it. */
export function runsOf(text: string, weight: Weight): Run[] {
	const [latin, extended] = [faceOf(weight, 'latin'), faceOf(weight, 'latin-ext')];
	const runs: Run[] = [];
	for (const char of visible(text)) {
		const face = !has(latin, char) && has(extended, char) ? extended : latin;
		const last = runs.at(-1);
		if (last?.face === face) last.text += char;
		else runs.push({ text: char, face });
	}
	return runs;
}

/** Whether every letter of a text can be drawn. */
export function isDrawable(text: string): boolean {
	const [latin, extended] = [faceOf(400, 'latin'), faceOf(400, 'latin-ext')];
	return [...visible(text)].every((char) => /\s/u.test(char) || has(latin, char) || has(extended, char));
}

/** How wide a text is, in the unit of `size`. */
export function widthOf(text: string, size: number, weight: Weight): number {
	const key = `${weight} ${text}`;
	const width = widths.get(key) ?? runsOf(text, weight).reduce((sum, run) => sum + runWidth(run, 1), 0);
	if (widths.size > 5_000) widths.clear();
	widths.set(key, width);
	return width * size;
}

// The same words are measured at one size after the other until they fit.
const widths = new Map<string, number>();

export function runWidth({ text, face: { font } }: Run, size: number): number {
	return (font.layout(text).advanceWidth / font.unitsPerEm) * size;
}

/** A text broken into lines of a width. Words that are longer than a line are broken where they must be. */
export function linesOf(text: string, width: number, size: number, weight: Weight): string[] {
	const fits = (line: string) => widthOf(line, size, weight) <= width;
	const lines: string[] = [];
	for (const paragraph of text.split('\n')) {
		let line = '';
		for (const word of paragraph.split(/ +/)) {
			const longer = line ? `${line} ${word}` : word;
			if (fits(longer)) line = longer;
			else {
				if (line) lines.push(line);
				const pieces = fits(word) ? [word] : piecesOf(word, fits);
				lines.push(...pieces.slice(0, -1));
				line = pieces.at(-1)!;
			}
		}
		lines.push(line);
	}
	return lines;
}

function piecesOf(word: string, fits: (text: string) => boolean): string[] {
	const pieces: string[] = [];
	for (let rest = [...word]; rest.length > 0;) pieces.push(rest.splice(0, mostThatFit(rest, fits)).join(''));
	return pieces;
}

/** How many of the letters have room on a line, at least one: searched by halves, since words of any length come from anybody. */
function mostThatFit(letters: string[], fits: (text: string) => boolean): number {
	let [most, tooMany] = [1, letters.length + 1];
	while (tooMany - most > 1) {
		const middle = Math.floor((most + tooMany) / 2);
		if (fits(letters.slice(0, middle).join(''))) most = middle;
		else tooMany = middle;
	}
	return most;
}
