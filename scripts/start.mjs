// npm start: makes the checkout ready when it is not, then runs the server.
import { setTimeout as wait } from 'node:timers/promises';
import { ensureWorker } from '../media/worker/setup.mjs';
import { endRunning, endWithNpm, run } from './run.mjs';
import { runScript } from './say.mjs';
import { build, install, root, runtime, settingsFile } from './setup.mjs';

/** A worker that is there, or in the cache, is in place by then. */
const worthWaitingMs = 3_000;

await runScript(async () => {
	await install();
	await build();
	endWithNpm();
	// Where it has to be built that takes minutes, once: the hall runs meanwhile, without video, and takes the worker up when it is there.
	const putting = ensureWorker();
	// What stops it is said at the end, not in the middle of a meeting.
	putting.catch(() => {});
	await Promise.race([putting, wait(worthWaitingMs)]);
	// The channel closes with this process: that is how the server notices that it was left alone (realtime/parent.ts).
	const { code } = await run(runtime(), [...settingsFile(), 'realtime/main.ts', ...process.argv.slice(2)], {
		cwd: root,
		stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
	});
	// What is still being built ends with the server: the next start goes on.
	endRunning();
	await putting;
	return code;
});
