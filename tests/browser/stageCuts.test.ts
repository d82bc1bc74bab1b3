// The stage under failure: a worker that is killed takes its own viewers alone, a network that is cut leaves no ghosts, and all come back
// without a click. How long it took is printed; docs/benchmarks.md is the place for promises about time.
import type { Browser, Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Database } from '#db/client.ts';
import { moveSpeaker, takeStage } from '#db/stage.ts';
import { dana, liveMeeting, maria } from '#tests/cast.ts';
import { freePorts, relayMedia, relayPage, type MediaRelay, type PageRelay } from '#tests/setup/relay.ts';
import { startServer, type ServerProcess } from '#tests/setup/server.ts';
import { expect, test as base } from './hall.ts';
import * as on from './onStage.ts';
import { press, sees, stage, tile, withCameras } from './stage.ts';

const relayed = '127.0.0.2';

type Net = { server: ServerProcess; media: MediaRelay };
/** A server whose sound and pictures pass a relay. */
const test = base.extend<object, { net: Net }>({
	net: [
		async ({ town }, use) => {
			const dataDir = await mkdtemp(path.join(os.tmpdir(), 'porchlight-cuts-'));
			const workers = Math.min(os.availableParallelism(), 16);
			const port = await freePorts(workers);
			const server = await startServer({
				DATABASE_URL: town.databaseUrl,
				DATA_DIR: dataDir,
				LOG_LEVEL: 'warn',
				METRICS_TOKEN: 'only-for-tests',
				MEDIA_ADDRESS: relayed,
				MEDIA_PORT: String(port),
			});
			const media = await relayMedia(
				relayed,
				Array.from({ length: workers }, (_, place) => port + place),
			);
			expect(server.output()).not.toContain('no media worker');
			await use({ server, media });
			await server.stop();
			media.close();
			await rm(dataDir, { recursive: true, force: true });
		},
		{ scope: 'worker', timeout: 60_000 },
	],
});
test.use(withCameras);
test.afterEach(async ({ net }) => {
	for (const page of pages.splice(0)) await page.context().close();
	for (const relay of relays.splice(0)) relay.close();
	net.media.mend();
	// Whoever is gone has left nothing behind.
	await expect.poll(() => on.openOnStages(net.server), { timeout: 30_000 }).toBe(0);
	expect(on.faults.splice(0)).toEqual([]);
	expect(net.server.output()).not.toMatch(/unhandled|a command failed/i);
});

const pages: Page[] = [];
const relays: PageRelay[] = [];

type Stage = {
	meetingId: string;
	moderator: Page;
	resident: Page;
	/** Maria on the stage. */
	speakerId: string;
	watch(): Promise<Page>;
};

/** Dana and Maria on air, seen by each other; Maria’s page where it is asked for. */
async function openStage(browser: Browser, db: Database, url: string, residentAt = url): Promise<Stage> {
	const { id: meetingId, slug } = await liveMeeting(db, { stageOpen: true });
	await takeStage(db, dana, { meetingId });
	const speakerId = await on.putOnAir(db, maria, meetingId);
	const enter = async (at: string, as?: typeof dana) => {
		const page = await on.enterStage(browser, at, slug, { as, db });
		pages.push(page);
		return page;
	};
	const moderator = await enter(url, dana);
	const resident = await enter(residentAt, maria);
	for (const page of [moderator, resident]) {
		await press(page, 'Turn on your camera');
		await press(page, 'Turn on your microphone');
	}
	await sees(moderator, 'Maria Ortega');
	await sees(resident, 'Dana Reyes');
	return { meetingId, moderator, resident, speakerId, watch: () => enter(url) };
}

const sounds = (page: Page) => page.locator('audio');
const say = (what: string, figures: object) =>
	void process.stdout.write(`${what}: ${JSON.stringify(figures)}\n`);

// With a single worker there is nobody whose worker lives on.
test.describe('a worker is killed', () => {
	test.skip(os.availableParallelism() < 2 || process.platform !== 'linux');
	test.setTimeout(180_000);

	test('one that carries viewers: they are back without a click, all others do not notice', async ({
		browser,
		net: { server },
		db,
	}) => {
		const { moderator, resident, watch } = await openStage(browser, db, server.url);
		const home = (await on.waysOf(moderator)).find(({ direction }) => direction === 'send')!.remote;
		const watchers = [await watch(), await watch()];
		for (const page of watchers) for (const name of ['Dana Reyes', 'Maria Ortega']) await sees(page, name);
		const portOf = async (page: Page) =>
			(await on.waysOf(page)).find(({ direction }) => direction === 'receive')!.remote;
		const ports = await Promise.all(watchers.map(portOf));
		// Spread over the workers.
		const [elsewhere, spared] =
			ports[0] === home ? [watchers[1]!, watchers[0]!] : [watchers[0]!, watchers[1]!];
		expect(new Set(ports).size).toBe(2);
		expect(ports).toContain(home);
		for (const name of ['Dana Reyes', 'Maria Ortega']) await on.watchClosely(spared, name);

		const dead = on.workerAt(server, await portOf(elsewhere));
		const back = ['Dana Reyes', 'Maria Ortega'].map((name) => backAfter(elsewhere, name));
		process.kill(dead, 'SIGKILL');
		const [dana, maria] = await Promise.all(back);
		for (const name of ['Dana Reyes', 'Maria Ortega']) await sees(elsewhere, name);
		for (const name of ['Dana Reyes', 'Maria Ortega']) await sees(spared, name);
		// Maria receives by the other worker, and sends by the senders' own: she too was not away for anybody.
		await sees(resident, 'Dana Reyes');
		await expect(sounds(elsewhere)).toHaveCount(2);
		await expect(sounds(spared)).toHaveCount(2);
		const gaps = [await on.longestGap(spared, 'Dana Reyes'), await on.longestGap(spared, 'Maria Ortega')];
		say('viewers’ worker killed', { backAfterMs: [dana, maria], longestGapOfOthersMs: gaps });
	});

	test('the senders’ own: everybody is back without a click, switched on as before', async ({
		browser,
		net: { server },
		db,
	}) => {
		const { moderator, resident, watch } = await openStage(browser, db, server.url);
		const watchers = [await watch(), await watch()];
		for (const page of watchers) for (const name of ['Dana Reyes', 'Maria Ortega']) await sees(page, name);
		const home = (await on.waysOf(moderator)).find(({ direction }) => direction === 'send')!.remote;
		const seen = [
			...watchers.flatMap((page) => [backAfter(page, 'Dana Reyes'), backAfter(page, 'Maria Ortega')]),
			backAfter(resident, 'Dana Reyes'),
			backAfter(moderator, 'Maria Ortega'),
		];
		process.kill(on.workerAt(server, home), 'SIGKILL');
		say('senders’ worker killed', { backAfterMs: await Promise.all(seen) });
		for (const page of watchers) {
			for (const name of ['Dana Reyes', 'Maria Ortega']) await sees(page, name);
			// It was not their line that broke: who was heard is heard on.
			await expect(sounds(page)).toHaveCount(2);
		}
		await expect(tile(watchers[0]!, 'Maria Ortega')).toHaveCount(1);
	});
});

/** Milliseconds from now until another element than the present one shows a picture of somebody. */
async function backAfter(page: Page, name: string): Promise<number> {
	return page.evaluate(
		(name) =>
			new Promise<number>((resolve) => {
				const began = performance.now();
				const shown = () =>
					[...document.querySelectorAll<HTMLElement>('[data-stage] figure')]
						.filter((figure) => figure.textContent.includes(name))
						.flatMap((figure) => [...figure.querySelectorAll('video')]);
				const before = shown().map((video) => video.srcObject);
				const look = setInterval(() => {
					const isBack = shown().some(
						(video) =>
							!before.includes(video.srcObject) && video.getVideoPlaybackQuality().totalVideoFrames > 0,
					);
					if (!isBack) return;
					clearInterval(look);
					resolve(Math.round(performance.now() - began));
				}, 20);
			}),
		name,
	);
}

/** Cuts a browser off, with everything it has, for so many seconds. @returns what brings the network back */
async function cutOff(page: Page, relay: PageRelay, media: MediaRelay): Promise<() => void> {
	media.cut((await on.waysOf(page)).flatMap(({ own }) => own));
	relay.freeze();
	return () => {
		media.mend();
		relay.thaw();
	};
}

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

for (const long of [5, 25]) {
	test(`a watcher's network is away for ${long} s: back without a click, and no ghosts`, async ({
		browser,
		net: { server, media },
		db,
	}) => {
		test.setTimeout(180_000);
		const { meetingId, resident, watch } = await openStage(browser, db, server.url);
		const relay = await relayPage(server.url);
		relays.push(relay);
		const { slug } = (await db.query.meetings.findFirst({ where: (row, { eq }) => eq(row.id, meetingId) }))!;
		const watcher = await on.enterStage(browser, relay.url, slug, { db });
		pages.push(watcher);
		const other = await watch();
		for (const page of [watcher, other])
			for (const name of ['Dana Reyes', 'Maria Ortega']) await sees(page, name);

		const mend = await cutOff(watcher, relay, media);
		const cutAt = Date.now();
		await on.standsStill(watcher, 'Dana Reyes');
		// Meanwhile somebody leaves the stage.
		await press(resident, 'Back to the audience');
		await expect(tile(other, 'Maria Ortega')).toHaveCount(0);
		if (long > 5)
			await expect(watcher.locator('[data-status=reconnecting]')).toBeVisible({ timeout: 20_000 });
		await seconds(long - (Date.now() - cutAt) / 1000);
		const seen = on.untilSeen(watcher, 'Dana Reyes');
		mend();
		say(`watcher cut off for ${long} s`, { seenAgainAfterMs: await seen });
		await sees(watcher, 'Dana Reyes');
		await expect(tile(watcher, 'Maria Ortega')).toHaveCount(0);
		await expect(stage(watcher).locator('video')).toHaveCount(1);
		await expect(sounds(watcher)).toHaveCount(1);
	});
}

test('a speaker’s network is away for 5 s: picture and sound go on, and are there once', async ({
	browser,
	net: { server, media },
	db,
}) => {
	test.setTimeout(180_000);
	const relay = await relayPage(server.url);
	relays.push(relay);
	const { resident, watch } = await openStage(browser, db, server.url, relay.url);
	const watcher = await watch();
	await sees(watcher, 'Maria Ortega');
	const mend = await cutOff(resident, relay, media);
	await on.standsStill(watcher, 'Maria Ortega');
	await seconds(4);
	const seen = on.untilSeen(watcher, 'Maria Ortega');
	const seesAgain = on.untilSeen(resident, 'Dana Reyes');
	mend();
	say('speaker cut off for 5 s', { seenAgainAfterMs: await seen, seesAgainAfterMs: await seesAgain });
	await sees(watcher, 'Maria Ortega');
	await expect(tile(watcher, 'Maria Ortega')).toHaveCount(1);
	// The server held the very microphone all the time.
	await expect(sounds(watcher)).toHaveCount(2);
	await expect(stage(resident).getByRole('button', { name: 'Mute yourself' })).toBeVisible();
});

test('a speaker’s network is away for 25 s: gone from all screens meanwhile, back with the picture, and muted', async ({
	browser,
	net: { server, media },
	db,
}) => {
	test.setTimeout(180_000);
	const relay = await relayPage(server.url);
	relays.push(relay);
	const { resident, watch } = await openStage(browser, db, server.url, relay.url);
	const watcher = await watch();
	await sees(watcher, 'Maria Ortega');
	await expect(sounds(watcher)).toHaveCount(2);
	const mend = await cutOff(resident, relay, media);
	const cutAt = Date.now();
	// Nobody looks at a picture that stands still; the name stays on stage until somebody says otherwise.
	await expect(tile(watcher, 'Maria Ortega').locator('video')).toHaveCount(0, { timeout: 15_000 });
	await expect(sounds(watcher)).toHaveCount(1);
	const goneAfterMs = Date.now() - cutAt;
	await expect(tile(watcher, 'Maria Ortega')).toHaveCount(1);
	await seconds(25 - goneAfterMs / 1000);
	const seen = on.untilSeen(watcher, 'Maria Ortega');
	const seesAgain = on.untilSeen(resident, 'Dana Reyes');
	mend();
	say('speaker cut off for 25 s', {
		goneAfterMs,
		seenAgainAfterMs: await seen,
		seesAgainAfterMs: await seesAgain,
	});
	await sees(watcher, 'Maria Ortega');
	await expect(tile(watcher, 'Maria Ortega')).toHaveCount(1);
	await expect(stage(resident)).toContainText('Your microphone is off now');
	await expect(sounds(watcher)).toHaveCount(1);
	// A press is enough.
	await press(resident, 'Turn on your microphone');
	await expect(sounds(watcher)).toHaveCount(2);
	await expect(stage(resident)).not.toContainText('Your microphone is off now');
});

test('a speaker whose browser noticed that the network was away is back at once, with the picture and muted', async ({
	browser,
	net: { server, media },
	db,
}) => {
	test.setTimeout(180_000);
	const relay = await relayPage(server.url);
	relays.push(relay);
	const { resident, watch } = await openStage(browser, db, server.url, relay.url);
	const watcher = await watch();
	await sees(watcher, 'Maria Ortega');
	const mend = await cutOff(resident, relay, media);
	await resident.context().setOffline(true);
	await on.standsStill(watcher, 'Maria Ortega');
	await seconds(4);
	const seen = on.untilSeen(watcher, 'Maria Ortega');
	const seesAgain = on.untilSeen(resident, 'Dana Reyes');
	mend();
	await resident.context().setOffline(false);
	say('speaker offline for 5 s', { seenAgainAfterMs: await seen, seesAgainAfterMs: await seesAgain });
	// The line is another one, and the former one’s picture and sound are gone with it.
	await expect(stage(resident)).toContainText('Your microphone is off now');
	await expect(tile(watcher, 'Maria Ortega')).toHaveCount(1);
	await expect(sounds(watcher)).toHaveCount(1);
	await sees(watcher, 'Maria Ortega');
});

test('a speaker who was sent back while the network was away comes back in the audience, and sends nothing', async ({
	browser,
	net: { server, media },
	db,
}) => {
	test.setTimeout(180_000);
	const relay = await relayPage(server.url);
	relays.push(relay);
	const { resident, speakerId, watch } = await openStage(browser, db, server.url, relay.url);
	const watcher = await watch();
	await sees(watcher, 'Maria Ortega');
	const mend = await cutOff(resident, relay, media);
	await moveSpeaker(db, dana, { speakerId, move: 'dismiss' });
	await expect(tile(watcher, 'Maria Ortega')).toHaveCount(0);
	await seconds(12);
	mend();
	await expect(stage(resident).getByRole('button', { name: 'Raise your hand' })).toBeVisible();
	await sees(resident, 'Dana Reyes');
	await expect
		.poll(async () => (await on.waysOf(resident)).map(({ direction }) => direction))
		.toEqual(['receive']);
	await expect(tile(watcher, 'Maria Ortega')).toHaveCount(0);
	await expect(sounds(watcher)).toHaveCount(1);
});
