// npm start: makes the checkout ready when it is not, then runs the server.
import { ensureWorker } from '../media/worker/setup.mjs';
import { endWithNpm, run } from './run.mjs';
import { runScript } from './say.mjs';
import { build, install, root, runtime, settingsFile } from './setup.mjs';

await runScript(async () => {
	await install();
	// Without one the hall runs all the same, without video; why has been said.
	await ensureWorker();
	await build();
	endWithNpm();
	// The channel closes with this process: that is how the server notices that it was left alone (realtime/parent.ts).
	const { code } = await run(runtime(), [...settingsFile(), 'realtime/main.ts', ...process.argv.slice(2)], {
		cwd: root,
		stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
	});
	return code;
});
