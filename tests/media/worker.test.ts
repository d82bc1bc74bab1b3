// The video worker is in place and runs; where none can be had, the set-up says why in one sentence.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createWorker } from 'mediasoup';
import { afterAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const bare = bareCheckout();
afterAll(() => rmSync(bare, { recursive: true }));

test('the worker in place runs and answers', async () => {
	const check = spawnSync(process.execPath, ['media/worker/setup.mjs', '--check'], {
		cwd: root,
		encoding: 'utf8',
	});
	expect(check.stdout).toMatch(/^The video worker \d+\.\d+\.\d+ is in place: .+\n$/);
	expect(check.status).toBe(0);

	const worker = await createWorker({ logLevel: 'none' });
	const router = await worker.createRouter({
		mediaCodecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }],
	});
	expect((await worker.dump()).routerIds).toEqual([router.id]);
	worker.close();
});

test('a check without a worker says so in one sentence, and fails', () => {
	expect(setUp(['--check'])).toEqual({
		said: 'There is no video: the video worker is not in place (npm start puts it there).',
		status: 1,
	});
});

test('a worker of one’s own that does not run is named', () => {
	expect(setUp(['--check'], { MEDIASOUP_WORKER_BIN: '/bin/sh' })).toEqual({
		said: 'There is no video: MEDIASOUP_WORKER_BIN=/bin/sh does not run on this machine.',
		status: 1,
	});
});

test('where it can neither be downloaded nor built, one sentence says what is missing', () => {
	const { said, status } = setUp([]);
	expect(said).toMatch(
		process.platform === 'linux'
			? /^There is no video: [^\n]+ building it needs g\+\+, pkg-config, meson, ninja, flatc: [^\n]+\.$/
			: /^There is no video: [^\n]+ on Linux only [^\n]+\.$/,
	);
	expect(status).toBe(1);
});

test.runIf(process.platform === 'linux')('who may not install packages is told the command', () => {
	const programs = path.join(bare, 'programs');
	mkdirSync(programs);
	writeFileSync(path.join(programs, 'apt-get'), '#!/bin/sh\n', { mode: 0o755 });
	const notRoot = '--import data:text/javascript,process.getuid=()=>1000';
	const { said, status } = setUp([], { PATH: programs, NODE_OPTIONS: notRoot });
	expect(said).toMatch(
		/"sudo apt-get install -y --no-install-recommends g\+\+ [^"\n]+" installs that for the next start\.$/,
	);
	expect(status).toBe(1);
});

/** A checkout with the mediasoup package but no worker, on a machine without tools and without a way out. */
function bareCheckout() {
	const folder = mkdtempSync(path.join(tmpdir(), 'porchlight-worker-'));
	for (const part of ['scripts', 'media/worker', 'node_modules/mediasoup/package.json'])
		cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
	return folder;
}

function setUp(args: string[], env: Record<string, string> = {}) {
	const { status, stdout, stderr } = spawnSync(process.execPath, ['media/worker/setup.mjs', ...args], {
		cwd: bare,
		encoding: 'utf8',
		env: {
			PATH: '',
			HOME: bare,
			MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: 'http://127.0.0.1:1',
			...env,
		},
	});
	return { said: `${stdout}${stderr}`.trimEnd(), status };
}
