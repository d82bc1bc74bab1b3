// The browser of the tests: one that is there already, or else installed the way this machine does it.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { run } from './run.mjs';
import { say, Stop } from './say.mjs';
import { root, runtime } from './setup.mjs';

/** No calls home, no first-run pages; its own sandbox cannot be made as root or in a container. */
export const chromiumArguments = [
	'--no-sandbox',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--no-first-run',
];

/** Without the windows of a whole browser it needs half the processor for the same pages: Debian's is taken even beside one. */
const shell = 'chromium-headless-shell';
const whole = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];

const known = [
	`/usr/bin/${shell}`,
	...whole,
	'/usr/bin/google-chrome',
	'/usr/bin/google-chrome-stable',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Path of a Chromium or Chrome on this machine; undefined when there is none. */
export function findChromium() {
	// Playwright's own first: its version is the one Playwright was made for.
	const playwrights = createRequire(import.meta.url)('@playwright/test').chromium.executablePath();
	return [playwrights, ...known].find((file) => file && fs.existsSync(file));
}

/** Installs Chromium where there is none: apt on Debian as root, Playwright's download elsewhere. */
export async function ensureChromium() {
	const found = findChromium();
	if (found && !whole.includes(found)) return;
	const asRoot = process.getuid?.() === 0;
	if (asRoot && spawnSync('apt-get', ['--version']).status === 0) {
		say('Installing Chromium for the browser tests with apt …');
		const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
		if (!found) await run('apt-get', ['update', '-q'], { env });
		for (const name of found ? [shell] : [shell, 'chromium']) {
			const packages = [name, 'fonts-liberation'];
			await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env });
			if (findChromium() !== found) return;
		}
	}
	if (found) return;
	say('Downloading Chromium for the browser tests with Playwright …');
	await run(runtime(), ['node_modules/@playwright/test/cli.js', 'install', 'chromium'], { cwd: root });
	if (findChromium()) return;
	throw new Stop(
		'The browser tests need Chromium, and it could not be installed: install it yourself ("sudo apt install chromium", or "npx playwright install --with-deps chromium") and run npm test again.',
	);
}
