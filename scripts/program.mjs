// Runs one of the project's programs: node scripts/program.mjs [--pages] <file.ts> [arguments]. `--pages` builds them first.
import { run } from './run.mjs';
import { runScript } from './say.mjs';
import { build, install, root, runtime, settingsFile } from './setup.mjs';

await runScript(async () => {
	const words = process.argv.slice(2);
	await install();
	if (words[0] === '--pages') {
		words.shift();
		await build();
	}
	return (await run(runtime(), [...settingsFile(), ...words], { cwd: root })).code;
});
