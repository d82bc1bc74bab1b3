// How the set-up talks: one plain line per step, and one sentence for each thing that stops it.

/** @param {string} line */
export function say(line) {
	process.stdout.write(`${line}\n`);
}

/** Something a person can mend: shown as its sentence alone, without a stack. */
export class Stop extends Error {}

/**
 * Runs a script's main function and turns what stops it into an exit code.
 * @param {() => Promise<number>} main
 */
export async function runScript(main) {
	try {
		process.exitCode = await main();
	} catch (error) {
		if (!(error instanceof Stop)) throw error;
		process.stderr.write(`\n${error.message}\n`);
		process.exitCode = 1;
	}
}
