// Known vulnerabilities of what runs in production: an advisory fails the tests, a registry that cannot be asked does not.
import { run } from './run.mjs';
import { say } from './say.mjs';
import { npm, root } from './setup.mjs';

/** Asks npm's registry about the packages in the lock file. @returns {Promise<{code: number, output: string}>} */
export async function audit() {
	const [program, before] = npm();
	const { output } = await run(program, [...before, 'audit', '--omit=dev', '--json'], {
		cwd: root,
		stdio: ['ignore', 'pipe', 'ignore'],
		shell: program === 'npm.cmd',
	});
	const report = reportIn(output);
	if (!report) {
		say('The registry could not be asked for known vulnerabilities: not checked.');
		return { code: 0, output: 'not checked' };
	}
	const found = Object.entries(report.vulnerabilities).map(
		([name, { severity, range, via }]) => `${name} ${range}: ${severity}${reasons(via)}`,
	);
	return found.length > 0 ? { code: 1, output: found.join('\n') } : { code: 0, output: 'nothing known' };
}

/** @typedef {{severity: string, range: string, via: (string | {title: string, url: string})[]}} Vulnerability */

/** @param {string} output @returns {{vulnerabilities: Record<string, Vulnerability>} | null} */
function reportIn(output) {
	try {
		const report = JSON.parse(output);
		return report.vulnerabilities ? report : null;
	} catch {
		return null;
	}
}

/** @param {Vulnerability['via']} via */
function reasons(via) {
	return via
		.map((one) => (typeof one === 'string' ? `, through ${one}` : `, ${one.title} ${one.url}`))
		.join('');
}
