// Files of a map, with the filter of their address: the same that the screen has. Programs of other sites may read them, too.
import type { RequestEvent } from '@sveltejs/kit';
import { activitiesOf } from '#db/activities.ts';
import { publishedPins } from '#db/pinReads.ts';
import { findRound } from '#db/rounds.ts';
import { wallClock } from '#domain/meetings.ts';
import { activitiesGeoJson, type ExportOptions } from '#domain/pinExports.ts';
import { filtered, filterOf, type Pin } from '#domain/pins.ts';
import type { Round } from '#domain/rounds.ts';
import { getLocale, isLocale } from '#lib/paraglide/runtime.js';
import { shared } from './database.ts';
import { textFile } from './files.ts';

type Asked = Pick<RequestEvent<{ round: string }>, 'request' | 'locals' | 'params' | 'url'>;
type Kind = { type: string; extension: string };

/** The filtered pins of a round as a file. */
export async function pinsFile(
	asked: Asked,
	write: (pins: readonly Pin[], round: Round, options: ExportOptions) => string,
	{ type, extension }: Kind,
): Promise<Response> {
	const { db, config } = shared();
	const round = await findRound(db, asked.locals.actor, asked.params.round);
	const dayOf = (iso: string) => wallClock(new Date(iso), config.TIME_ZONE).slice(0, 10);
	const pins = filtered(await publishedPins(db, round.id), filterOf(asked.url.searchParams), dayOf);
	return file(asked, write(pins, round, optionsOf(asked)), { type, name: `map-${round.slug}.${extension}` });
}

/** What the city did in a round, as GeoJSON; of the filter, the days count. */
export async function activitiesFile(asked: Asked): Promise<Response> {
	const { db } = shared();
	const round = await findRound(db, asked.locals.actor, asked.params.round);
	const { from, until } = filterOf(asked.url.searchParams);
	const shown = (await activitiesOf(db, round.id)).filter(
		({ fromDay, untilDay }) => (!from || untilDay >= from) && (!until || fromDay <= until),
	);
	const text = activitiesGeoJson(shown, round, optionsOf(asked));
	return file(asked, text, { type: 'application/geo+json', name: `activities-${round.slug}.geojson` });
}

/** Labels are in the language that `?language=` asks for, else in the reader's. */
function optionsOf({ url }: Asked): ExportOptions {
	const asked = url.searchParams.get('language');
	return { publicUrl: shared().config.publicUrl, language: isLocale(asked) ? asked : getLocale() };
}

/** It holds what everybody may see: a program of any site may read it, without anybody's cookies. */
function file({ request }: Asked, text: string, kind: { type: string; name: string }): Response {
	const response = textFile(request, text, kind);
	response.headers.set('access-control-allow-origin', '*');
	return response;
}
