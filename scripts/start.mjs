// npm start: makes the checkout ready when it is not, then runs the server.
import { spawnSync } from 'node:child_process';
import { isAlive } from './lock.mjs';
import { endAll, run } from './run.mjs';
import { runScript } from './say.mjs';
import { build, install, root, runtime, settingsFile } from './setup.mjs';

await runScript(async () => {
	await install();
	await build();
	endWithNpm();
	// The channel closes with this process: that is how the server notices that it was left alone (realtime/parent.ts).
	const { code } = await run(runtime(), [...settingsFile(), 'realtime/main.ts', ...process.argv.slice(2)], {
		cwd: root,
		stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
	});
	return code;
});

// What ends npm does not always reach what npm started, so its disappearance ends us too.
function endWithNpm() {
	if (!process.env.npm_lifecycle_event) return;
	const above = [process.ppid];
	// npm puts a shell in between, which outlives it.
	const [parent = '', command = ''] =
		spawnSync('ps', ['-o', 'ppid=,args=', '-p', String(process.ppid)], { encoding: 'utf8' })
			.stdout?.trim()
			.split(/\s+(.*)/) ?? [];
	if (/sh -c/.test(command)) above.push(Number(parent));
	const watch = setInterval(() => {
		if (above.every(isAlive) && process.ppid === above[0]) return;
		clearInterval(watch);
		endAll();
	}, 500);
	watch.unref();
}
