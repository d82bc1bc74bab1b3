// npm test: makes the checkout ready and runs every check and test. npm run check: only those that take seconds.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { ensureWorker } from '../media/worker/setup.mjs';
import { audit } from './audit.mjs';
import { ensureChromium } from './chromium.mjs';
import { run } from './run.mjs';
import { runScript, say } from './say.mjs';
import { build, install, root, runtime } from './setup.mjs';
import { vitestSummary } from './vitestSummary.mjs';

const quick = process.argv.includes('--check');

/** @typedef {{name: string, code: number, seconds: number, output: string}} Result */
/** @type {Result[]} */
const results = [];

await runScript(async () => {
	await install();
	if (!quick) {
		await ensureChromium();
		// Without one the tests of media/ fail: what could not be tried is not well.
		await ensureWorker();
		await build();
	}
	await generateTypes();
	await checks();
	if (!quick) {
		await step('vulnerabilities', audit);
		await step('vitest', vitest);
		await step('playwright', () =>
			shown('node_modules/@playwright/test/cli.js', 'test', '--pass-with-no-tests'),
		);
	}
	return summary();
});

// What the type checkers read is made from the pages and the messages.
async function generateTypes() {
	for (const args of [
		['node_modules/@sveltejs/kit/svelte-kit.js', 'sync'],
		['node_modules/@inlang/paraglide-js/bin/run.js', 'compile', '--silent', '--emit-ts-declarations'].concat(
			['--project', 'app/messages/project.inlang', '--outdir', 'app/lib/paraglide'],
			['--strategy', 'cookie', 'preferredLanguage', 'baseLocale'],
		),
	]) {
		const { code, output } = await quiet(...args);
		if (code !== 0) results.push({ name: args.slice(0, 2).join(' '), code, seconds: 0, output });
	}
}

// Two at a time: these are single-threaded programs.
async function checks() {
	const queue = [
		() =>
			step('types', () =>
				quiet(
					'node_modules/svelte-check/bin/svelte-check',
					'--tsconfig',
					'tsconfig.json',
					'--threshold',
					'error',
				),
			),
		() => step('lint', () => quiet('node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.')),
		() =>
			step('format', () =>
				quiet('node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
			),
		() => step('unused code', () => quiet('node_modules/knip/bin/knip.js', '--no-progress')),
		() => step('lock file', () => quiet('scripts/lockcheck.mjs')),
		...(quick
			? [() => step('rules', () => quiet('node_modules/vitest/vitest.mjs', 'run', '--project', 'rules'))]
			: []),
	];
	const worker = async () => {
		for (let next = queue.shift(); next; next = queue.shift()) await next();
	};
	await Promise.all([worker(), worker()]);
}

/** @param {string[]} args a program of node_modules and its arguments, its output kept until it fails */
function quiet(...args) {
	return run(runtime(), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** @param {string[]} args a program of node_modules and its arguments, its output shown as it comes */
function shown(...args) {
	return run(runtime(), args, { cwd: root });
}

// What failed, or passed only the second time, is said once more after everything else: by then its own report is thousands of lines up.
async function vitest() {
	rmSync(vitestSummary, { force: true });
	const { code } = await shown(
		...['node_modules/vitest/vitest.mjs', 'run', '--reporter=default'],
		'--reporter=./scripts/vitestSummary.mjs',
	);
	return { code, output: existsSync(vitestSummary) ? readFileSync(vitestSummary, 'utf8') : '' };
}

/** @param {string} name @param {() => Promise<{code: number, output: string}>} work */
async function step(name, work) {
	const began = Date.now();
	const { code, output } = await work();
	const result = { name, code, output, seconds: (Date.now() - began) / 1000 };
	results.push(result);
	if (code !== 0 && output) say(told(result));
	say(line(result));
}

/** @param {Result} result */
function told({ name, output }) {
	return `\n--- ${name} ---\n${output.trimEnd()}\n`;
}

/** @param {Result} result */
function line({ name, code, seconds }) {
	return `${code === 0 ? '✓' : '✗'} ${name.padEnd(16)} ${seconds.toFixed(1).padStart(6)} s`;
}

function summary() {
	const failed = results.filter(({ code }) => code !== 0);
	const worthTelling = results.filter(
		({ name, code, output }) => output && (code !== 0 || name === 'vitest'),
	);
	if (!quick) say(`${worthTelling.map(told).join('')}\n${results.map(line).join('\n')}`);
	say(failed.length ? `\nFailed: ${failed.map(({ name }) => name).join(', ')}.` : '\nAll is well.');
	return failed.length ? 1 : 0;
}
