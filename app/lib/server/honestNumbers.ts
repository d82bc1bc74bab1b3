// The honest numbers as an address asks for them: the same for the page and for both files.
import type { RequestEvent } from '@sveltejs/kit';
import { readHonestNumbers } from '#db/followupNumbers.ts';
import { numbersFilterOf, type HonestNumbers } from '#domain/honestNumbers.ts';
import { database, shared } from './database.ts';
import { textFile } from './files.ts';

/** What the filter of the address shows. */
export const numbersAt = (url: URL): Promise<HonestNumbers> =>
	readHonestNumbers(database(), {
		filter: numbersFilterOf(url.searchParams),
		zone: shared().config.TIME_ZONE,
	});

/** They hold what everybody may see: a program of any site may read them, without anybody's cookies. */
export function numbersFile(
	{ request }: Pick<RequestEvent, 'request'>,
	text: string,
	kind: { type: string; name?: string },
): Response {
	const response = textFile(request, text, kind);
	response.headers.set('access-control-allow-origin', '*');
	return response;
}
