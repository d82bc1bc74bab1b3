// What happens to every request of a page, in this order: it gets a number, a person, a language and a theme.
import { sequence, type Handle, type HandleServerError } from '@sveltejs/kit/hooks';
import { nobody } from '#domain/people.ts';
import { themeOf } from '#lib/preferences.ts';
import { getTextDirection } from '#lib/paraglide/runtime.js';
import { paraglideMiddleware } from '#lib/paraglide/server.js';

/** The request's number, from the server in front of the pages where there is one: it is in the log and on error pages. */
const number: Handle = ({ event, resolve }) => {
	event.locals.requestId = event.request.headers.get('x-request-id') ?? crypto.randomUUID();
	return resolve(event);
};

/** Who is asking. */
const identify: Handle = ({ event, resolve }) => {
	event.locals.actor = nobody;
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

export const handle = sequence(number, identify, speak, colour);

/** What is thrown while a page is made. A bug is logged once, here, and shown by its number; its own words stay on the server. */
export const handleError: HandleServerError = ({ kind, error, event }) => {
	const { requestId } = event.locals;
	if (kind !== 'unknown') return { requestId };
	console.error(requestId, error);
	if (isDatabaseAway(error))
		return { requestId, status: 503, code: 'database-away', message: `Database away · ${requestId}` };
	return { requestId, message: `Internal Error · ${requestId}` };
};

/** Whether PostgreSQL could not be reached, or was shutting down or starting (SQLSTATE classes 08 and 57P). */
function isDatabaseAway(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
	return (
		/^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|08...|57P0[1-3])$/.test(code) ||
		isDatabaseAway(error.cause)
	);
}
