// The picture that messengers show of a meeting's link (Open Graph): 1200 by 630, in the colours of the house.
import type { Invitation } from './invitation.ts';
import { written, type Mark, type Sheet, type Style } from './sheet.ts';

const [width, height, margin] = [1200, 630, 72];
const [paper, ink, amber, muted] = ['#fbf8f2', '#14202e', '#f2a93b', '#4d5a68'];

/** @returns the card with everything on it, the title as large as it fits */
export function cardOf(invitation: Invitation): Sheet {
	const base = { width, height, ground: paper, title: invitation.title, language: invitation.locale };
	for (let size = 92; ; size -= 4) {
		const { marks, bottom } = laidOut(invitation, size);
		if (bottom <= height - 40 || size <= 20) return { ...base, marks };
	}
}

function laidOut(words: Invitation, size: number): { marks: Mark[]; bottom: number } {
	const small = Math.min(44, size);
	const rows: (Style & { text: string; after: number })[] = [
		{ text: `${words.city} · Porchlight`, size: 34, weight: 700, colour: muted, after: 20 },
		{ text: words.title, size, weight: 800, colour: ink, after: 24 },
		{ text: words.day, size: small, weight: 700, colour: ink, after: 0 },
		{ text: words.time, size: small, weight: 700, colour: ink, after: 10 },
		{ text: words.place, size: small * 0.9, weight: 400, colour: ink, after: 0 },
	];
	const marks: Mark[] = [{ kind: 'box', x: 0, y: 0, width: 24, height, colour: amber }];
	let y = 56;
	for (const { text, after, ...style } of rows) {
		const role = text === words.title ? 'H1' : 'P';
		const { mark, bottom } = written(text, { x: margin, y, width: width - 2 * margin }, style, role);
		marks.push(mark);
		y = bottom + after;
	}
	return { marks, bottom: y };
}
