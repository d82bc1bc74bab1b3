// The only reader of process.env: every setting of Porchlight, with a sentence for each.
// Parsed once per process; a wrong value stops the start with a sentence that says what to do.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';

const flag = v.pipe(
	v.optional(v.picklist(['0', '1', 'true', 'false'], 'must be 0 or 1'), 'false'),
	v.transform((value) => value === '1' || value === 'true'),
);
const numeral = (min: number, max: number) =>
	v.pipe(
		v.string(),
		v.check(
			(value) => /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max,
			`must be a whole number from ${min} to ${max}`,
		),
		v.transform(Number),
	);
const wholeNumber = (fallback: string, min: number, max: number) => v.optional(numeral(min, max), fallback);
const oneOf = <const Words extends string[]>(words: Words) =>
	v.picklist(words, `must be ${words.join(', ').replace(/, (?=[^,]*$)/, ' or ')}`);
const optionalText = v.optional(v.pipe(v.string(), v.trim(), v.nonEmpty()));

const settings = v.object({
	NODE_ENV: v.pipe(
		v.optional(oneOf(['development', 'production', 'test']), 'production'),
		v.description(
			'`development` while developing (set by `npm run dev`), `test` in tests, otherwise `production`.',
		),
	),
	PORT: v.pipe(wholeNumber('3000', 0, 65535), v.description('Port the one web server listens on.')),
	HOST: v.pipe(
		v.optional(v.string(), '127.0.0.1'),
		v.description('Address to listen on; `0.0.0.0` inside a container or behind no proxy.'),
	),
	PUBLIC_URL: v.pipe(
		v.optional(
			v.pipe(
				v.string(),
				v.check(isOrigin, 'must be an address such as https://hall.example.gov, without a path'),
			),
		),
		v.description(
			'The address people type, e.g. `https://hall.example.gov`; default `http://localhost:<PORT>`. Links in mail, the origin check and the cookie kind follow it.',
		),
	),
	TRUST_PROXY: v.pipe(
		flag,
		v.description('`1` when a reverse proxy in front sets `X-Forwarded-Proto` and `X-Forwarded-For`.'),
	),
	DATABASE_URL: v.pipe(
		v.optional(v.pipe(v.string(), v.regex(/^postgres(ql)?:\/\//, 'must start with postgres://'))),
		v.description('PostgreSQL 15 or newer; without it an embedded PostgreSQL runs in `DATA_DIR`.'),
	),
	DATA_DIR: v.pipe(
		v.optional(v.string(), '.data'),
		v.description('Folder of the embedded database, uploads and the generated secret.'),
	),
	SECRET: v.pipe(
		v.optional(v.pipe(v.string(), v.minLength(32, 'must have at least 32 characters'))),
		v.description(
			'Signs cookies and makes pseudonyms; generated into `DATA_DIR/secret` when missing. Keep it out of database backups.',
		),
	),
	DEMO: v.pipe(
		flag,
		v.description(
			'`1` shows the demo sign-ins on the sign-in page; set by itself for an embedded database that holds the demo town.',
		),
	),
	CITY_NAME: v.pipe(
		v.optional(v.string(), 'Lindenfeld'),
		v.description('Name of the city in titles and mail.'),
	),
	TIME_ZONE: v.pipe(
		v.optional(
			v.pipe(v.string(), v.check(isTimeZone, 'is not an IANA time zone such as America/Chicago')),
			'America/Chicago',
		),
		v.description('The city’s IANA time zone: the default of new meetings.'),
	),
	SMTP_URL: v.pipe(
		v.optional(v.pipe(v.string(), v.regex(/^smtps?:\/\//, 'must start with smtp:// or smtps://'))),
		v.description(
			'Mail relay; without it mail is kept in a table, shown at `/dev/mail` only outside production or with the embedded database.',
		),
	),
	MAIL_FROM: v.pipe(
		v.optional(v.string(), 'Porchlight <porchlight@localhost>'),
		v.description('Sender of all mail.'),
	),
	MEDIA_ADDRESS: v.pipe(
		optionalText,
		v.description(
			'The address (or name) that browsers send sound and video to, such as the public one behind NAT; default `HOST`, or the name in `PUBLIC_URL` where `HOST` is `0.0.0.0`.',
		),
	),
	MEDIA_PORT: v.pipe(
		v.optional(numeral(1024, 65000)),
		v.description(
			'First port of sound and video, UDP and TCP, one for each of `MEDIA_WORKERS`; without it free ones are taken. Open them in the firewall.',
		),
	),
	MEDIA_WORKERS: v.pipe(
		v.optional(numeral(1, 16)),
		v.description(
			'How many processes carry sound and video, each with a port and at most one core of its own; default one per processor core, 16 at the most.',
		),
	),
	RECORDING_DAYS: v.pipe(
		wholeNumber('365', 1, 36_500),
		v.description(
			'How many days recordings of the stage are kept in `DATA_DIR/recordings` until an admin sets another number at `/admin/retention`; the date is shown beside each. Counts for those begun afterwards.',
		),
	),
	FEEDBACK_DAYS: v.pipe(
		wholeNumber('14', 1, 90),
		v.description('How many days after a meeting those who were there can say how it was.'),
	),
	ANSWERS_THAT_COUNT: v.pipe(
		wholeNumber('3', 2, 100),
		v.description(
			'So many residents who say “not fixed” open a follow-up again that was claimed done, and so many who say “fixed” confirm it; of whoever brought it up one is enough. Counts from the next answer on.',
		),
	),
	TURN_URLS: v.pipe(
		v.optional(
			v.pipe(
				v.string(),
				v.transform((list) => list.split(/[\s,]+/).filter(Boolean)),
				v.check(
					(urls) =>
						urls.length > 0 && urls.every((url) => /^turns?:[^\s/?]+(\?transport=(udp|tcp))?$/.test(url)),
					'must be addresses such as turn:turn.example.gov:3478, separated by commas',
				),
			),
		),
		v.description(
			'TURN servers for browsers behind firewalls, e.g. `turn:turn.example.gov:3478,turns:turn.example.gov:443?transport=tcp`; needs `TURN_SECRET`.',
		),
	),
	TURN_SECRET: v.pipe(
		optionalText,
		v.description(
			'The secret that the TURN servers share with Porchlight (coturn’s `static-auth-secret`): each browser gets a password of its own that ends after 12 hours.',
		),
	),
	EMBED_ORIGINS: v.pipe(
		v.optional(
			v.pipe(
				v.string(),
				v.transform((list) => list.split(/[\s,]+/).filter(Boolean)),
				v.check(
					(origins) => origins.every(isOrigin),
					'must be addresses such as https://www.example.gov, separated by commas, without paths',
				),
				v.transform((origins) => origins.map((origin) => new URL(origin).origin)),
			),
			'',
		),
		v.description(
			'Sites that may show a map, the promises or the next meeting inside their own pages (`/embed/…`), e.g. `https://www.example.gov,https://news.example.org`; none by default. No other page can be shown inside another.',
		),
	),
	MAP_TILES: v.pipe(
		v.optional(
			v.pipe(
				v.string(),
				v.check(
					(url) => isWebAddress(url) && ['{z}', '{x}', '{y}'].every((part) => url.includes(part)),
					'must be an address such as https://tiles.example.gov/{z}/{x}/{y}.png',
				),
			),
		),
		v.description(
			'Pictures under the pins of maps, e.g. `https://tiles.example.gov/{z}/{x}/{y}.png`; browsers fetch them from there and from no other site. Without it the demo town is drawn, and a city has plain ground.',
		),
	),
	MAP_PMTILES: v.pipe(
		v.optional(
			v.pipe(
				v.string(),
				v.check(isWebAddress, 'must be an address such as https://files.example.gov/town.pmtiles'),
			),
		),
		v.description(
			'One PMTiles file instead of `MAP_TILES`, of pictures or of shapes in the layers of Protomaps’ basemap, e.g. `https://files.example.gov/town.pmtiles`; its server must answer Range requests and allow Porchlight’s address (CORS).',
		),
	),
	MAP_ATTRIBUTION: v.pipe(
		v.optional(v.pipe(v.string(), v.trim(), v.maxLength(300)), ''),
		v.description(
			'Whose map it is, shown in its corner, e.g. `© OpenStreetMap contributors, https://www.openstreetmap.org/copyright`; needed with `MAP_TILES` and `MAP_PMTILES`.',
		),
	),
	CAPTIONS_TOKEN: v.pipe(
		optionalText,
		v.description(
			'Bearer token with which a program or a captioning service may write captions (`POST /meetings/<slug>/captions`); without it the address answers 404.',
		),
	),
	METRICS_TOKEN: v.pipe(
		optionalText,
		v.description('Bearer token for `/metrics`; without it the address answers 404.'),
	),
	LOG_LEVEL: v.pipe(
		v.optional(oneOf(['debug', 'info', 'warn', 'error', 'silent']), 'info'),
		v.description('What is logged, as JSON lines on standard output.'),
	),
});

/** Validated settings plus what follows from them. `dataDir` is absolute; `publicUrl` has no trailing slash. */
export type Config = v.InferOutput<typeof settings> & { dataDir: string; publicUrl: string; version: string };

/** Something about the surroundings that a person can mend: shown as its sentence alone, without a stack. */
export class NotReady extends Error {}

/** The schema itself, for the generated documentation and the check of `docker-compose.yml`. */
export const settingsSchema = settings;

/**
 * Reads the settings from an environment.
 * @throws NotReady naming each wrong variable and what it must be
 */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
	const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
	const parsed = v.safeParse(settings, given);
	if (!parsed.success) {
		const lines = parsed.issues.map((issue) => `  ${v.getDotPath(issue)}: ${issue.message}`);
		throw new NotReady(`The configuration has a wrong value:\n${lines.join('\n')}`);
	}
	const values = parsed.output;
	if (Boolean(values.TURN_URLS) !== Boolean(values.TURN_SECRET))
		throw new NotReady(
			'The configuration has a wrong value:\n  TURN_URLS: must be set together with TURN_SECRET',
		);
	if (values.MAP_TILES && values.MAP_PMTILES)
		throw new NotReady(
			'The configuration has a wrong value:\n  MAP_TILES: must not be set together with MAP_PMTILES',
		);
	if ((values.MAP_TILES || values.MAP_PMTILES) && !values.MAP_ATTRIBUTION)
		throw new NotReady('The configuration has a wrong value:\n  MAP_ATTRIBUTION: must say whose map it is');
	return {
		...values,
		dataDir: path.resolve(root, values.DATA_DIR),
		publicUrl: (values.PUBLIC_URL ?? `http://localhost:${values.PORT}`).replace(/\/+$/, ''),
		version: packageVersion(),
	};
}

// SvelteKit bundles this file elsewhere, so the project is found by its package.json, not by this file's place.
const root = projectRoot(path.dirname(fileURLToPath(import.meta.url)));

function projectRoot(from: string): string {
	for (let dir = from; ; dir = path.dirname(dir)) {
		try {
			if (JSON.parse(readFileSync(path.join(dir, 'package.json'), 'utf8')).name === 'porchlight') return dir;
		} catch {
			// not this folder
		}
		if (path.dirname(dir) === dir) return process.cwd();
	}
}

function packageVersion(): string {
	return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version;
}

function isOrigin(value: string): boolean {
	if (!URL.canParse(value)) return false;
	const { protocol, pathname, search, hash, username } = new URL(value);
	return /^https?:$/.test(protocol) && pathname === '/' && !search && !hash && !username;
}

/** Goes into the pages' policy: nothing in the host or port may be left to be filled in. */
function isWebAddress(value: string): boolean {
	if (!URL.canParse(value) || /[\s;,'"]/.test(value)) return false;
	const { protocol, host, username } = new URL(value);
	return /^https?:$/.test(protocol) && /^[\w.:[\]-]+$/.test(host) && !username;
}

function isTimeZone(value: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: value });
		return true;
	} catch {
		return false;
	}
}
