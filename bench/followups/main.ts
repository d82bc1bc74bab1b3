// npm run bench:followups: measures the staff's board of 500 cards and the public pages of 5,000 follow-ups, beside a bare Express and pg page
// of the same rows, and writes its part of docs/benchmarks.md. About one minute. `npm run bench:followups -- dry` writes nothing.
import { io } from 'socket.io-client';
import { ensureChromium } from '../../scripts/chromium.mjs';
import { dana, sam } from '#tests/cast.ts';
import { signedInBrowser, testConfig } from '#tests/signedIn.ts';
import { writePart } from '../document.ts';
import { makeHistogram, type Histogram } from '../histogram.ts';
import { makePlace, startBare } from '../place.ts';
import { markdown } from '../table.ts';
import { answering, type Page } from '../pages.ts';
import { pagesSection, screenSection } from './report.ts';
import { measureScreen, moves } from './screen.ts';
import { fill } from './seed.ts';

const [cards, all] = [500, 5_000];
await ensureChromium();
const place = await makePlace();
try {
	console.log(`Measuring a board of ${cards} cards …`);
	await fill(place, cards);
	const server = await place.serve();
	const bare = await startBare('pages', { BARE_DATABASE_URL: place.databaseUrl });
	const cookieOf = (who: typeof sam) => signedInBrowser(place.db, testConfig(), who);
	const [watcher, mover] = [await cookieOf(dana), await cookieOf(sam)];
	const both = async (what: string, path: string, barePath: string, cookie = ''): Promise<Page> => ({
		what,
		ours: await answering(`${server.url}${path}`, cookie),
		bare: await answering(`${bare.url}${barePath}`),
	});
	const count = (number: number) => number.toLocaleString('en-US');
	const pages = [await both(`the board, ${count(cards)} follow-ups`, '/desk/followups', '/board', watcher)];
	const screen = await measureScreen(server.url, bare.url, { watcher, mover });
	const relayed = await relaying();
	console.log(`Measuring ${count(all)} follow-ups …`);
	await fill(place, all);
	pages.push(
		await both(`\`/followups\`, of ${count(all)}`, '/followups', '/followups'),
		await both(`\`/numbers\`, of ${count(all)}`, '/numbers', '/numbers'),
	);
	bare.stop();
	await server.stop();
	const sections = [pagesSection(pages), screenSection(cards, screen, relayed)].map(markdown);
	for (const section of sections) console.log(`\n${section}`);
	if (!process.argv.includes('dry')) await writePart('npm run bench:followups', sections);
} finally {
	await place.close();
}

/** From one line to another through a room that only passes words on. */
async function relaying(): Promise<Histogram> {
	const room = await startBare('socket.io');
	const [one, other] = [1, 2].map(() => io(room.url, { transports: ['websocket'] }));
	await Promise.all([one!, other!].map((line) => new Promise<void>((open) => line.once('connect', open))));
	const times = makeHistogram();
	for (let n = 0; n < moves; n++) {
		const told = new Promise<void>((heard) => other!.once('told', () => heard()));
		const began = performance.now();
		one!.emit('say', { number: n }, () => {});
		await told;
		times.add(performance.now() - began);
	}
	one!.close();
	other!.close();
	room.stop();
	return times;
}
