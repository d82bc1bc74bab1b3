// What the tests of cuts on the stage share: browsers with made-up cameras, what they decode, and by which way it comes.
import type { Browser, Page } from '@playwright/test';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import type { Database } from '#db/client.ts';
import { moveSpeaker, raiseHand } from '#db/stage.ts';
import type { Actor } from '#domain/people.ts';
import { dana } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { connected, expect, signIn } from './hall.ts';
import { frames, stage, tile } from './stage.ts';

/** What went wrong in any of the pages without being shown. */
export const faults: string[] = [];

/** A browser in the hall that can be asked by which ways its media goes, and that has a voice no noise suppression takes for noise. */
export async function enterStage(
	browser: Browser,
	address: string,
	slug: string,
	{ as, db }: { as?: Actor; db: Database },
): Promise<Page> {
	const context = await browser.newContext({ baseURL: address });
	if (as) await signIn(context, address, db, as);
	await context.addInitScript(() => {
		const made: RTCPeerConnection[] = [];
		Object.assign(window, { made });
		window.RTCPeerConnection = class extends RTCPeerConnection {
			constructor(configuration?: RTCConfiguration) {
				super(configuration);
				made.push(this);
			}
		};
		if (!('mediaDevices' in navigator)) return;
		const { mediaDevices } = navigator;
		const real = mediaDevices.getUserMedia.bind(mediaDevices);
		mediaDevices.getUserMedia = async (wanted) => {
			if (!wanted?.audio) return real({ video: { width: 640, height: 360 } });
			const sound = new AudioContext();
			const tone = new OscillatorNode(sound, { frequency: 440 });
			const out = sound.createMediaStreamDestination();
			tone.connect(out);
			tone.start();
			await sound.resume();
			return out.stream;
		};
	});
	const page = await context.newPage();
	page.on('pageerror', (error) => void faults.push(`${error.name}: ${error.message}`));
	await page.goto(`/meetings/${slug}/hall`);
	await connected(page);
	await expect(stage(page)).toBeVisible();
	return page;
}

/** Somebody's way from the audience onto the air, made beside the page. @returns the speaker's id */
export async function putOnAir(db: Database, actor: Actor, meetingId: string): Promise<string> {
	const { id: speakerId } = await raiseHand(db, actor, { meetingId, name: 'x' });
	await moveSpeaker(db, dana, { speakerId, move: 'invite' });
	await moveSpeaker(db, actor, { speakerId, move: 'accept' });
	await moveSpeaker(db, dana, { speakerId, move: 'admit' });
	return speakerId;
}

/** Waits until no new pictures of somebody arrive. */
export async function standsStill(page: Page, name: string): Promise<void> {
	let before = -1;
	const isStill = async () => {
		const now = await frames(page, name);
		const was = before;
		before = now;
		return now === was;
	};
	await expect.poll(isStill, { intervals: [500] }).toBe(true);
}

/** Resolves to the milliseconds from now until the page decodes a picture of somebody that it has not decoded yet. */
export function untilSeen(page: Page, name: string): Promise<number> {
	return page.evaluate(
		(name) =>
			new Promise<number>((resolve) => {
				const began = performance.now();
				const decoded = (video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames;
				const shown = () =>
					[...document.querySelectorAll<HTMLElement>('[data-stage] figure')]
						.filter((figure) => figure.textContent.includes(name))
						.flatMap((figure) => [...figure.querySelectorAll('video')]);
				const before = new Map(shown().map((video) => [video, decoded(video)]));
				const look = setInterval(() => {
					if (!shown().some((video) => decoded(video) > (before.get(video) ?? 0))) return;
					clearInterval(look);
					resolve(Math.round(performance.now() - began));
				}, 20);
			}),
		name,
	);
}

/** Marks what is shown of somebody, and notes the longest time without a new picture. */
export async function watchClosely(page: Page, name: string): Promise<void> {
	await tile(page, name)
		.locator('video')
		.evaluate((element) => {
			const video = element as HTMLVideoElement;
			let last = performance.now();
			video.dataset['longestGap'] = '0';
			const note = () => {
				const now = performance.now();
				video.dataset['longestGap'] = String(
					Math.max(Number(video.dataset['longestGap']), Math.round(now - last)),
				);
				last = now;
				video.requestVideoFrameCallback(note);
			};
			video.requestVideoFrameCallback(note);
		});
}

/** The longest time without a new picture since `watchClosely`, in milliseconds; fails when the element is another one now. */
export async function longestGap(page: Page, name: string): Promise<number> {
	return Number(await tile(page, name).locator('video[data-longest-gap]').getAttribute('data-longest-gap'));
}

export type Way = { direction: 'send' | 'receive'; remote: number; own: number[] };

/** The ways by which a page's media goes at the moment: the worker's port, and all of its own that it might use. */
export function waysOf(page: Page): Promise<Way[]> {
	return page.evaluate(async () => {
		const { made } = window as unknown as { made: RTCPeerConnection[] };
		const ways: Way[] = [];
		for (const connection of made.filter(({ connectionState }) => connectionState === 'connected')) {
			const direction = connection.getSenders().some(({ track }) => track) ? 'send' : 'receive';
			const report = [...(await connection.getStats()).values()] as Record<string, unknown>[];
			const { selectedCandidatePairId } = report.find(({ type }) => type === 'transport') ?? {};
			const pair = report.find(({ id }) => id === selectedCandidatePairId);
			const remote = report.find(({ id }) => id === pair?.['remoteCandidateId']);
			const own = report.filter(({ type }) => type === 'local-candidate').map(({ port }) => Number(port));
			if (remote) ways.push({ direction, remote: Number(remote['port']), own });
		}
		return ways;
	});
}

export function workersOf({ child }: ServerProcess): number[] {
	const found = execFileSync('pgrep', ['-P', String(child.pid), '-f', 'mediasoup-worker'], {
		encoding: 'utf8',
	});
	return found.trim().split('\n').map(Number);
}

/** The worker that holds a UDP port (Linux). */
export function workerAt(server: ServerProcess, port: number): number {
	const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
	const inodes = readFileSync('/proc/net/udp', 'utf8')
		.split('\n')
		.map((line) => line.trim().split(/\s+/))
		.filter((fields) => fields[1]?.endsWith(hex))
		.map((fields) => `socket:[${fields[9]}]`);
	const worker = workersOf(server).find((pid) =>
		readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.includes(linkOf(`/proc/${pid}/fd/${fd}`))),
	);
	if (!worker) throw new Error(`No worker holds port ${port}.`);
	return worker;
}

function linkOf(file: string): string {
	try {
		return readlinkSync(file);
	} catch {
		// Closed meanwhile.
		return '';
	}
}

/** How much is open on a server's stages (started with METRICS_TOKEN=only-for-tests). */
export async function openOnStages({ url }: ServerProcess): Promise<number> {
	const answer = await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer only-for-tests' } });
	const numbers = [...(await answer.text()).matchAll(/^porchlight_stage_open\{what="\w+"\} (\d+)/gm)];
	return numbers.reduce((sum, [, number]) => sum + Number(number), 0);
}
