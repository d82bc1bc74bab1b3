// A reporter of vitest that writes down what failed and what passed only the second time, for the end of `npm test`.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';

/** Where it is written; not there when all passed at once. */
export const vitestSummary = path.join(root, 'test-results/vitest.txt');

export default class {
	/**
	 * @param {readonly import('vitest/node').TestModule[]} modules
	 * @param {readonly {message: string}[]} errors
	 */
	onTestRunEnd(modules, errors) {
		const lines = errors.map(({ message }) => `outside of any test: ${message}`);
		for (const module of modules) {
			for (const { message } of module.errors()) lines.push(`✗ ${module.relativeModuleId}: ${message}`);
			for (const suite of module.children.allSuites())
				for (const { message } of suite.errors()) lines.push(`✗ ${suite.fullName}: ${message}`);
			for (const test of module.children.allTests()) {
				const name = `${module.relativeModuleId} › ${test.fullName}`;
				const failed = test.result().errors?.map(({ message }) => message.slice(0, 1_000)) ?? [];
				if (test.result().state === 'failed') lines.push(`✗ ${name}\n  ${failed.join('\n  ')}`);
				else if (test.diagnostic()?.flaky) lines.push(`flaky: ${name}`);
			}
		}
		if (lines.length === 0) return;
		mkdirSync(path.dirname(vitestSummary), { recursive: true });
		writeFileSync(vitestSummary, lines.join('\n'));
	}
}
