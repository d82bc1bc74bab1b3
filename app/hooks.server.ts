// What happens to every request of a page, in this order: it gets a number, a person, a language and a theme.
import { sequence, type Handle, type HandleServerError, type ServerInit } from '@sveltejs/kit/hooks';
import { isDatabaseAway } from '#db/client.ts';
import { duringRequest } from '#db/request.ts';
import { identify } from '#db/sessions.ts';
import { baseMapOf, policyWith } from '#domain/baseMap.ts';
import { isRefusal } from '#domain/errors.ts';
import { nobody } from '#domain/people.ts';
import { shared } from '#lib/server/database.ts';
import { letterWriters } from '#lib/server/newsLetters.ts';
import { themeOf } from '#lib/preferences.ts';
import { getTextDirection } from '#lib/paraglide/runtime.js';
import { paraglideMiddleware } from '#lib/paraglide/server.js';

/** Hands the jobs what puts letters into words: they run on the other side, which knows none. */
export const init: ServerInit = () => {
	const here = shared();
	here.letters = letterWriters(here.config);
};

/** The request's number: it is in the log, beside each SQL statement, and on error pages. */
const number: Handle = ({ event, resolve }) => {
	event.locals.requestId = crypto.randomUUID();
	return duringRequest(event.locals.requestId, () => resolve(event));
};

/** Who is asking. While the database is away a page is made for nobody in particular, so that it can say so in words. */
const person: Handle = async ({ event, resolve }) => {
	const { db, config } = shared();
	try {
		event.locals.actor = await identify(db, config, event.request.headers.get('cookie') ?? undefined);
	} catch (error) {
		if (event.request.method !== 'GET' || !isDatabaseAway(error)) throw error;
		event.locals.actor = nobody;
	}
	return resolve(event);
};

/** The language of the cookie, else the browser's first one that we speak, else English. */
const speak: Handle = ({ event, resolve }) =>
	paraglideMiddleware(event.request, ({ locale }) =>
		resolve(event, {
			transformPageChunk: ({ html }) =>
				html.replace('%lang%', locale).replace('%dir%', getTextDirection(locale)),
		}),
	);

/** Light, dark or as the device has it: decided here, so that no page flashes in the wrong colours first. */
const colour: Handle = ({ event, resolve }) =>
	resolve(event, {
		transformPageChunk: ({ html }) => html.replace('%theme%', themeOf(event.cookies)),
		preload: (file) =>
			file.type === 'js' ||
			file.type === 'css' ||
			(file.type === 'font' && file.filename.endsWith('-next-latin-400-normal.woff2')),
	});

/** Pages are framed by nobody, but for those that are made for it: by the sites that the city has named. */
const framed: Handle = async ({ event, resolve }) => {
	const response = await resolve(event);
	const { EMBED_ORIGINS } = shared().config;
	if (event.route.id?.startsWith('/embed/') && EMBED_ORIGINS.length > 0) {
		const policy = response.headers.get('content-security-policy') ?? '';
		response.headers.set(
			'content-security-policy',
			policy.replace("frame-ancestors 'none'", `frame-ancestors ${EMBED_ORIGINS.join(' ')}`),
		);
	}
	return response;
};

/** The one site that a city's base map comes from is let in, on every page: one comes to the map from any of them. */
const mapped: Handle = async ({ event, resolve }) => {
	const response = await resolve(event);
	const policy = response.headers.get('content-security-policy');
	if (policy) response.headers.set('content-security-policy', policyWith(policy, baseMapOf(shared().config)));
	return response;
};

export const handle = sequence(number, person, speak, colour, framed, mapped);

/**
 * What is thrown while a page is made. A refusal keeps its status and code; a bug is logged once, here, and shown by its number;
 * its own words stay on the server.
 */
export const handleError: HandleServerError = ({ kind, error, event }) => {
	const { requestId } = event.locals;
	if (kind !== 'unknown') return { requestId };
	if (isRefusal(error)) return { requestId, status: error.status, code: error.code, message: error.message };
	shared().log.error({ err: error, requestId, route: event.route.id }, 'a page failed');
	if (isDatabaseAway(error))
		return { requestId, status: 503, code: 'database-away', message: `Database away · ${requestId}` };
	return { requestId, message: `Internal Error · ${requestId}` };
};
