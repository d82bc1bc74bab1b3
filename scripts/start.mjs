// npm start: makes the checkout ready when it is not, then runs the server.
import { endAll, run } from './run.mjs';
import { runScript } from './say.mjs';
import { build, install, root, runtime } from './setup.mjs';

await runScript(async () => {
	await install();
	await build();
	endWithNpm();
	// The channel closes with this process: that is how the server notices that it was left alone (realtime/parent.ts).
	const { code } = await run(
		runtime(),
		['--env-file-if-exists=.env', 'realtime/main.ts', ...process.argv.slice(2)],
		{
			cwd: root,
			stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
		},
	);
	return code;
});

// A SIGTERM to npm does not always reach what npm started, so its disappearance counts as one.
function endWithNpm() {
	if (!process.env.npm_lifecycle_event) return;
	const parent = process.ppid;
	const watch = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(watch);
		endAll();
	}, 500);
	watch.unref();
}
