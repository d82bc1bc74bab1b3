// npm run dev: pages reload while they are edited (Vite inside the server), the server restarts when its own code changes.
import { ensureWorker } from '../media/worker/setup.mjs';
import { endWithNpm, run } from './run.mjs';
import { runScript } from './say.mjs';
import { install, root, runtime, settingsFile } from './setup.mjs';

await runScript(async () => {
	await install();
	await ensureWorker();
	endWithNpm();
	const { code } = await run(
		runtime(),
		[...settingsFile(), 'scripts/development.ts', ...process.argv.slice(2)],
		{
			cwd: root,
			env: { ...process.env, NODE_ENV: 'development' },
			stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
		},
	);
	return code;
});
