// A sheet of paper as what stands on it and where: drawn the same way as a PDF and as a picture. Measures in points, from the top left.
import { qrPath } from '#lib/ui/qr.ts';
import { linesOf, widthOf, type Weight } from './fonts.ts';

export type Style = { size: number; weight: Weight; colour?: string };
/** Lines of one text; `y` is the line that letters stand on. `role`: what it is to who hears it. */
export type Text = Style & {
	kind: 'text';
	role: 'H1' | 'P';
	lines: { text: string; x: number; y: number }[];
};
/** Squares of a code, `side` wide. */
export type Code = {
	kind: 'code';
	x: number;
	y: number;
	side: number;
	size: number;
	path: string;
	alt: string;
};
export type Box = { kind: 'box'; x: number; y: number; width: number; height: number; colour: string };
export type Mark = Text | Code | Box;

export type Sheet = {
	width: number;
	height: number;
	ground: string;
	title: string;
	language: string;
	marks: Mark[];
};

export const ink = '#000000';
const leading = 1.16;
// From the top of a line to where its letters stand.
const rise = 0.92;

/** A text from a corner down, broken at `width`. @returns it, and where the next thing may begin */
export function written(
	text: string,
	at: { x: number; y: number; width: number },
	style: Style,
	role: Text['role'] = 'P',
): { mark: Text; bottom: number } {
	const lines = linesOf(text, at.width, style.size, style.weight).map((line, i) => ({
		text: line,
		x: at.x,
		y: at.y + (i * leading + rise) * style.size,
	}));
	return {
		mark: { kind: 'text', role, ...style, lines },
		bottom: at.y + lines.length * leading * style.size,
	};
}

/** The largest size at which a text is no longer than a line of `width`, between two bounds. */
export function sizeFor(text: string, width: number, weight: Weight, least: number, most: number): number {
	return Math.max(least, Math.min(most, (width / widthOf(text, 100, weight)) * 100));
}

export function codeOf(url: string, alt: string, place: { x: number; y: number; side: number }): Code {
	return { kind: 'code', ...place, ...qrPath(url), alt };
}
