// The papers of a meeting by their names: `poster-es.pdf`, `flyer-en.png`, `card-en.png`.
import type { Meeting } from '#domain/meetings.ts';
import type { RequestEvent } from '@sveltejs/kit';
import { addressOf, withinLimit } from '#lib/server/limits.ts';
import type { Locale } from '#lib/paraglide/runtime.js';
import { cardOf } from './card.ts';
import { invitationTo, type Site } from './invitation.ts';
import { keptFiles, type Kept } from './kept.ts';
import { drawnPdf } from './pdf.ts';
import { drawnPng } from './png.ts';
import { posterOf, type PaperKind } from './poster.ts';
import { reportPdf, type ReportPaper } from './reportPdf.ts';
import type { Sheet } from './sheet.ts';

export type Paper = { kind: PaperKind | 'card'; locale: Locale; type: 'pdf' | 'png' };

/** What a name asks for; null: there is no such paper. */
export function paperOf(name: string): Paper | null {
	const found = /^(?:(poster|flyer)-(en|es)\.(pdf|png)|(card)-(en|es)\.(png))$/.exec(name);
	if (!found) return null;
	const [kind, locale, type] = found.slice(1).filter((part) => part !== undefined);
	return { kind, locale, type } as Paper;
}

export const paperTypes = { pdf: 'application/pdf', png: 'image/png' } as const;
/** Dots for a point: 150 to the inch on letter paper, 200 on the half; a card has the pixels that messengers want. */
const dots = { poster: 150 / 72, flyer: 200 / 72, card: 1 } as const;

export function sheetOf({ kind, locale }: Paper, meeting: Meeting, site: Site): Sheet {
	if (kind === 'card') return cardOf(invitationTo(meeting, site, locale, 'social'));
	return posterOf(kind, invitationTo(meeting, site, locale, kind));
}

const kept = keptFiles();

/** A paper of a meeting as a file. @throws Refusal too-fast */
export async function madePaper(paper: Paper, meeting: Meeting, site: Site): Promise<Kept> {
	const { kind, locale, type } = paper;
	const from = kind === 'card' ? 'social' : kind;
	return kept.of([kind, type, invitationTo(meeting, site, locale, from)], async () => {
		const sheet = sheetOf(paper, meeting, site);
		return type === 'pdf' ? drawnPdf(sheet, site.CITY_NAME) : drawnPng(sheet, dots[kind]);
	});
}

/** The report of a meeting as a PDF. @throws Refusal too-fast */
export const madeReport = (report: ReportPaper): Promise<Kept> => kept.of(report, () => reportPdf(report));

/** A made file as an answer; whoever has it already gets a 304. */
export function paperAnswer(
	request: Request,
	{ etag, bytes }: Kept,
	{ type, name }: { type: string; name: string },
): Response {
	const headers = new Headers({
		etag,
		'cache-control': 'private, no-cache',
		vary: 'accept-language, cookie',
	});
	const known = request.headers.get('if-none-match')?.split(/\s*,\s*/) ?? [];
	if (known.includes(etag)) return new Response(null, { status: 304, headers });
	headers.set('content-type', type);
	headers.set('content-disposition', `inline; filename="${name}"`);
	return new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
}

/** Making papers costs time: so many for one address, then a pause. @throws Refusal too-fast */
export const limitPapers = (event: Pick<RequestEvent, 'getClientAddress'>): Promise<void> =>
	withinLimit('papersFromHere', addressOf(event));
