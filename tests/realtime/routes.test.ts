// Every address as every kind of person: what is not in the table, and who is not in its line, is refused.
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { writeCaption } from '#db/captions.ts';
import { captureQuestion } from '#db/concerns.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { createRound } from '#db/rounds.ts';
import { askQuestion } from '#db/questions.ts';
import { ada, anEvening, dana, liveMeeting, maria, rosa, sam, settle, tom } from '#tests/cast.ts';
import { aRound, openMap } from '#tests/maps.ts';
import { proposed } from '#tests/promises.ts';
import { testDatabase } from '#tests/setup/database.ts';
import { startServer, type ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';

const everybody = ['visitor', 'guest', 'resident', 'moderator', 'staff', 'admin'] as const;
type Person = (typeof everybody)[number];
const signedIn: Person[] = ['resident', 'moderator', 'staff', 'admin'];
const moderators: Person[] = ['moderator'];
const ofCity: Person[] = ['moderator', 'staff'];
const admins: Person[] = ['admin'];

/** Who gets an answer (2xx or a redirect to somewhere useful); all others 401, 403, 404, or the way to sign in. */
const pages: Record<string, readonly Person[]> = {
	'/': everybody,
	'/meetings': everybody,
	'/meetings.atom': everybody,
	'/meetings.ics': everybody,
	'/meetings.rss': everybody,
	'/meetings/[slug]': everybody,
	'/meetings/[slug]/area': everybody,
	'/meetings/[slug]/calendar.ics': everybody,
	// Only for programs with the token, and only to write.
	'/meetings/[slug]/captions': [],
	'/meetings/[slug]/captions/[language].vtt': everybody,
	'/meetings/[slug]/feedback': everybody,
	'/meetings/[slug]/hall': everybody,
	'/meetings/[slug]/hall.json': everybody,
	'/meetings/[slug]/papers/[name]': everybody,
	// There is no such poll.
	'/meetings/[slug]/polls/[number].csv': [],
	'/meetings/[slug]/polls/[number].json': [],
	'/meetings/[slug]/qr.svg': everybody,
	'/meetings/[slug]/questions.csv': everybody,
	'/meetings/[slug]/questions.json': everybody,
	// There is no such recording.
	'/meetings/[slug]/recordings/[id].webm': [],
	'/meetings/[slug]/register': everybody,
	// Without a letter's token there is none.
	'/meetings/[slug]/registration': [],
	// Nothing of its minutes is published.
	'/meetings/[slug]/minutes': [],
	// The meeting of this test is live: it has no report yet, and no replay.
	'/meetings/[slug]/read': [],
	'/meetings/[slug]/replay': [],
	'/meetings/[slug]/replay.json': [],
	'/meetings/[slug]/replay/board.json': [],
	'/meetings/[slug]/replay/map.json': [],
	'/meetings/[slug]/report': [],
	'/meetings/[slug]/report.json': [],
	'/meetings/[slug]/report.pdf': [],
	'/meetings/[slug]/screen': everybody,
	'/m/[code]': everybody,
	'/m/[code]/here': everybody,
	'/map': everybody,
	'/map/[round]': everybody,
	'/map/[round]/activities.geojson': everybody,
	'/map/[round]/new': everybody,
	// There is no such photo, and no such pin.
	'/map/[round]/photos/[id].webp': [],
	'/map/[round]/pins/[id].json': [],
	'/map/[round]/pins/[id]/photos': [],
	'/map/[round]/pins.csv': everybody,
	'/map/[round]/pins.geojson': everybody,
	'/map/[round]/pins.json': everybody,
	'/map/[round]/pins.kml': everybody,
	'/map/[round]/state.json': everybody,
	'/embed/map/[round]': everybody,
	'/embed/followups': everybody,
	'/embed/next': everybody,
	'/check': everybody,
	'/concerns': everybody,
	'/concerns/[number]': everybody,
	'/manifest.webmanifest': everybody,
	'/sign-in': everybody,
	'/sign-in/code': everybody,
	'/sign-in/link': everybody,
	'/account': signedIn,
	'/account/second-factor': signedIn,
	'/sign-out': everybody,
	// There is no such invitation.
	'/invitations/[token]': [],
	'/preferences': everybody,
	// The key that browsers subscribe with; what they send is asked again by db/push.ts.
	'/push': everybody,
	'/desk/meetings': moderators,
	'/desk/meetings/new': moderators,
	'/desk/meetings/[slug]': moderators,
	'/desk/meetings/[slug]/captions': ofCity,
	'/desk/meetings/[slug]/registrations': moderators,
	'/desk/meetings/[slug]/registrations.csv': moderators,
	'/desk/meetings/[slug]/promotion': moderators,
	'/desk/meetings/[slug]/polls': moderators,
	'/desk/meetings/[slug]/feedback': ofCity,
	'/desk/meetings/[slug]/report': moderators,
	'/desk/meetings/[slug]/room': ofCity,
	'/desk/meetings/[slug]/minutes': ofCity,
	'/desk/map': ofCity,
	'/desk/map/new': moderators,
	'/desk/map/[round]': moderators,
	'/desk/map/[round]/vetting': moderators,
	'/desk/map/[round]/history': moderators,
	'/desk/map/[round]/activity': ofCity,
	'/followups': everybody,
	'/followups.atom': everybody,
	'/followups.json': everybody,
	'/followups.rss': everybody,
	'/followups/[followup]': everybody,
	// There is no such photo.
	'/followups/[followup]/photos/[id].webp': [],
	'/desk/followups': ofCity,
	'/desk/followups/inbox': ofCity,
	'/desk/followups/new': ofCity,
	'/desk/followups/[followup]': ofCity,
	'/desk/concerns/new': ofCity,
	'/desk/concerns/[number]': ofCity,
	'/admin/units': admins,
	'/map/[round]/report': everybody,
	'/map/[round]/report/[table].csv': everybody,
	'/map/[round]/compare': everybody,
	'/numbers': everybody,
	'/numbers.csv': everybody,
	'/numbers.json': everybody,
	'/claim': everybody,
	'/following': everybody,
	'/following/confirm': everybody,
	'/following/no-reports': everybody,
	'/following/stop': everybody,
	'/admin/people': admins,
	'/admin/audit': admins,
	'/admin/retention': admins,
	'/kept': everybody,
	// Only while developing, or in the demo town.
	'/dev/mail': [],
	'/dev/ui': [],
};

const captionsToken = 'only-for-this-test';

let db: Database;
let server: ServerProcess;
let cookies: Record<Person, string>;
let parameters: Record<string, string>;

beforeAll(async () => {
	const url = await testDatabase();
	db = openDatabase(url);
	await settle(db);
	server = await startServer({
		DATABASE_URL: url,
		DATA_DIR: '/nonexistent',
		LOG_LEVEL: 'error',
		CAPTIONS_TOKEN: captionsToken,
	});
	const config = testConfig();
	const browser = (actor: typeof maria) => signedInBrowser(db, config, actor);
	cookies = {
		visitor: '',
		guest: visitorBrowser(config),
		resident: await browser(maria),
		moderator: await browser(dana),
		staff: await browser(sam),
		admin: await browser(ada),
	};
	const { id, slug } = await liveMeeting(db);
	const question = await askQuestion(db, tom, {
		meetingId: id,
		text: 'Is every address asked for?',
		anonymous: true,
	});
	const { number } = await captureQuestion(db, dana, { questionId: question.id });
	const { rows } = await db.$client.query<{ code: string }>('select code from meetings where id = $1', [id]);
	await writeCaption(db, rosa, { meetingId: id, language: 'en', text: 'Good evening.' });
	parameters = {
		slug,
		code: rows[0]!.code,
		number,
		token: 'no-such-token',
		language: 'en',
		id: randomUUID(),
		round: (await openMap(db)).slug,
		table: 'pins',
		name: 'poster-en.pdf',
		followup: await proposed(db),
	};
});
afterAll(async () => {
	await server.stop();
	await closeDatabase(db);
});

/** All addresses of the pages, as SvelteKit sees them. */
function routes(folder = path.resolve(import.meta.dirname, '../../app/routes'), at = ''): string[] {
	const entries = readdirSync(folder, { withFileTypes: true });
	const here = entries.some(({ name }) => /^\+(page|server)\b/.test(name)) ? [at || '/'] : [];
	return [
		...here,
		...entries
			.filter((entry) => entry.isDirectory())
			.flatMap(({ name }) => routes(path.join(folder, name), `${at}/${name}`)),
	];
}

const ask = (route: string, person: Person, init: RequestInit = {}) =>
	fetch(server.url + route.replace(/\[(\w+)\]/g, (_, name: string) => parameters[name]!), {
		redirect: 'manual',
		...init,
		headers: { cookie: cookies[person], ...init.headers },
	});

test('every address has a line in the table', () => {
	expect(routes().filter((route) => !(route in pages))).toEqual([]);
	expect(Object.keys(pages).filter((route) => !routes().includes(route))).toEqual([]);
});

describe.each(Object.keys(pages))('%s', (route) => {
	test.each(everybody)('for a %s', async (person) => {
		const { status, headers } = await ask(route, person);
		const isAnswered = status < 400 && !headers.get('location')?.startsWith('/sign-in');
		expect({ status, isAnswered }).toEqual({
			status: expect.any(Number),
			isAnswered: pages[route]!.includes(person),
		});
		if (!isAnswered) expect([303, 401, 403, 404, 405, 410]).toContain(status);
	});

	test('another site cannot post to it in anybody’s name', async () => {
		const headers = { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' };
		for (const person of ['moderator', 'admin'] as const) {
			const { status } = await ask(route, person, { method: 'POST', headers, body: 'a=b' });
			expect([403, 404, 405]).toContain(status);
		}
	});
});

test('a draft looks to everybody but moderators as if it were not there', async () => {
	const { slug } = await createMeeting(db, dana, { ...anEvening, title: 'Not public yet' });
	for (const address of [`/meetings/${slug}`, `/meetings/${slug}/hall`, `/meetings/${slug}/screen`])
		for (const person of everybody)
			expect((await ask(address, person)).status).toBe(person === 'moderator' ? 200 : 404);
});

test('a planned round looks to everybody but those of the city as if it were not there', async () => {
	const { slug } = await createRound(db, dana, { ...aRound, title: 'Not open yet' });
	for (const address of [
		`/map/${slug}`,
		`/map/${slug}/report`,
		`/map/${slug}/report/pins.csv`,
		`/map/${slug}/compare`,
	])
		for (const person of everybody)
			expect((await ask(address, person)).status).toBe(ofCity.includes(person) ? 200 : 404);
});

test('nobody tries out the words of others: after sixty tries in ten minutes no more are looked at', async () => {
	const look = async (words: string, action = 'look') => {
		const body = new URLSearchParams({ words });
		const { status, headers } = await ask(`/claim?/${action}`, 'guest', {
			method: 'POST',
			body,
			headers: { origin: server.url, accept: 'text/html' },
		});
		expect(headers.get('cache-control')).toBe('no-store');
		return status;
	};
	const tries = [];
	for (let n = 0; n < 60; n++) tries.push(await look('zoo zoo zoo zoo'));
	expect(new Set(tries)).toEqual(new Set([404]));
	expect(await look('zoo zoo zoo zoo')).toBe(429);
	expect(await look('zoo zoo zoo zoo', 'answer')).toBe(429);
});

test('the desk of the maps is not there for those who may not', async () => {
	const slug = parameters['round']!;
	for (const address of [
		'/desk/map',
		'/desk/map/new',
		`/desk/map/${slug}`,
		`/desk/map/${slug}/vetting`,
		`/desk/map/${slug}/activity`,
	])
		expect((await ask(address, 'resident')).status).toBe(404);
	expect((await ask(`/desk/map/${slug}/vetting`, 'staff')).status).toBe(404);
});

test('a program with the token writes captions, and no other', async () => {
	const write = (token: string, body: string, slug = parameters['slug']!) =>
		fetch(`${server.url}/meetings/${slug}/captions`, {
			method: 'POST',
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
			body,
		});
	const line = JSON.stringify({ language: 'fr', text: 'Bonsoir.', typedForMs: 1_500 });
	expect((await write('another', line)).status).toBe(404);
	expect((await write('', line)).status).toBe(404);
	expect((await write(captionsToken, 'no json')).status).toBe(400);
	expect((await write(captionsToken, '{"language": "fr"}')).status).toBe(400);
	expect((await write(captionsToken, line, 'no-such-meeting')).status).toBe(404);
	expect((await write(captionsToken, line)).status).toBe(201);
	const file = await fetch(`${server.url}/meetings/${parameters['slug']}/captions/fr.vtt`);
	expect(await file.text()).toContain('Bonsoir.');
});
