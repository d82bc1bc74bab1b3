// Files of a map's pins, with the filter of their address: the same that the screen has.
import type { RequestEvent } from '@sveltejs/kit';
import { findRound } from '#db/rounds.ts';
import { publishedPins } from '#db/pinReads.ts';
import { wallClock } from '#domain/meetings.ts';
import type { ExportOptions } from '#domain/pinExports.ts';
import { filtered, filterOf, type Pin } from '#domain/pins.ts';
import type { Round } from '#domain/rounds.ts';
import { getLocale, isLocale } from '#lib/paraglide/runtime.js';
import { shared } from './database.ts';
import { textFile } from './files.ts';

type Asked = Pick<RequestEvent<{ round: string }>, 'request' | 'locals' | 'params' | 'url'>;
type Write<T> = (rows: readonly T[], round: Round, options: ExportOptions) => string;

/** The filtered pins of a round as a file. Programs of other sites may read it, too: it holds what everybody may see. */
export async function pinsFile(
	{ request, locals, params, url }: Asked,
	write: Write<Pin>,
	{ type, extension }: { type: string; extension: string },
): Promise<Response> {
	const { db, config } = shared();
	const round = await findRound(db, locals.actor, params.round);
	const pins = filtered(
		await publishedPins(db, round.id),
		filterOf(url.searchParams),
		dayIn(config.TIME_ZONE),
	);
	const text = write(pins, round, { publicUrl: config.publicUrl, language: languageOf(url) });
	return forEverybody(textFile(request, text, { type, name: `map-${round.slug}.${extension}` }));
}

/** The day of a moment in a time zone, `2026-11-25`. */
const dayIn = (zone: string) => (iso: string) => wallClock(new Date(iso), zone).slice(0, 10);

/** The language that `?language=` asks for, else the reader's. */
function languageOf(url: URL): ExportOptions['language'] {
	const asked = url.searchParams.get('language');
	return isLocale(asked) ? asked : getLocale();
}

function forEverybody(response: Response): Response {
	response.headers.set('access-control-allow-origin', '*');
	return response;
}
