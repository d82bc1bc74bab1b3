// npm run dev: pages reload while they are edited (Vite inside the server), the server restarts when its own code changes.
import { run } from './run.mjs';
import { runScript } from './say.mjs';
import { install, root, runtime, settingsFile } from './setup.mjs';

await runScript(async () => {
	await install();
	const { code } = await run(
		runtime(),
		['--watch', '--watch-preserve-output', ...settingsFile(), 'realtime/main.ts', ...process.argv.slice(2)],
		{ cwd: root, env: { ...process.env, NODE_ENV: 'development' } },
	);
	return code;
});
