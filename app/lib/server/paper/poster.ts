// The poster and the flyer of a meeting: the same sheet in two sizes, black on white, to be read from across a room.
import { widthOf } from './fonts.ts';
import { codeOf, ink, sizeFor, written, type Mark, type Sheet } from './sheet.ts';
import type { Invitation } from './invitation.ts';

/** Letter, and half of it; points. */
const papers = { poster: { width: 612, height: 792 }, flyer: { width: 396, height: 612 } } as const;
export type PaperKind = keyof typeof papers;

/**
 * What two metres ask for: letters 7 mm high (an inch for 25 feet of distance is what road and door signs keep to), which in
 * this typeface is 28 pt. A title and a place of usual length keep to it; only very long ones are set smaller, so that nothing is cut off.
 */
export const leastPosterSize = 28;

/** @returns the sheet with everything on it, at the largest size that it fits in */
export function posterOf(kind: PaperKind, invitation: Invitation): Sheet {
	const paper = papers[kind];
	for (let scale = 1; ; scale *= 0.95) {
		const { marks, isFull } = laidOut(paper, invitation, scale);
		if (!isFull || scale < 0.3)
			return { ...paper, ground: '#ffffff', title: invitation.title, language: invitation.locale, marks };
	}
}

/** @param scale of what can be long, from 1 down */
function laidOut({ width, height }: { width: number; height: number }, words: Invitation, scale: number) {
	const unit = width / 612;
	const margin = 36 * unit;
	const [wide, base] = [width - 2 * margin, leastPosterSize * unit];
	const size = (points: number) => Math.max(Math.min(base, base * scale * 1.4), points * unit * scale);
	const marks: Mark[] = [];
	let y = margin;
	const put = (text: string, points: number, weight: 400 | 700 | 800, after = 0, role: 'H1' | 'P' = 'P') => {
		const { mark, bottom } = written(
			text,
			{ x: margin, y, width: wide },
			{ size: size(points), weight },
			role,
		);
		marks.push(mark);
		y = bottom + after * unit;
	};
	const line = (thick: number, after: number) => {
		marks.push({ kind: 'box', x: margin, y, width: wide, height: thick * unit, colour: ink });
		y += (thick + after) * unit;
	};
	put(words.city, 28, 700, 8);
	line(6, 14);
	put(words.title, 72, 800, 16, 'H1');
	put(words.day, sizeFor(words.day, wide, 800, base, 42 * unit) / unit, 800);
	put(words.time, 42, 800, 12);
	put(words.place, 32, 700, 4);
	put(words.languages, 28, 400);

	const foot = footOf(words, { unit, margin, wide, bottom: height - margin, base });
	return { marks: [...marks, ...foot.marks], isFull: y > foot.top };
}

type Foot = { unit: number; margin: number; wide: number; bottom: number; base: number };

/** How to come from the paper to the meeting: the words and the link to type, the code to point a phone at. */
function footOf(
	words: Invitation,
	{ unit, margin, wide, bottom, base }: Foot,
): { marks: Mark[]; top: number } {
	const side = 150 * unit;
	const link = sizeFor(words.link, wide, 800, base, 40 * unit);
	const address = widthOf(words.link, link, 800) > wide ? words.link.replace('/m/', '\n/m/') : words.link;
	const below = written(address, { x: margin, y: 0, width: wide }, { size: link, weight: 800 });
	const linkTop = bottom - below.bottom;
	const top = linkTop - side - 4 * unit;
	const label = { size: 34 * unit, weight: 700 } as const;
	const beside = written(words.watch, { x: margin, y: 0, width: wide - side - 12 * unit }, label);
	return {
		top: top - 10 * unit,
		marks: [
			{ kind: 'box', x: margin, y: top - 6 * unit, width: wide, height: 2 * unit, colour: ink },
			written(
				words.watch,
				{ x: margin, y: linkTop - beside.bottom - 6 * unit, width: wide - side - 12 * unit },
				label,
			).mark,
			// The quiet border of the code is a part of it.
			codeOf(words.url, words.codeAlt, { x: margin + wide - side, y: top, side }),
			written(address, { x: margin, y: linkTop, width: wide }, { size: link, weight: 800 }).mark,
		],
	};
}
