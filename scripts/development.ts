// What `npm run dev` runs: keeps the embedded database up and the server running, restarted when its code changes.
// Not `node --watch`: that one outlives a parent that was killed, and takes the files that Vite writes for changes.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '#config';
import { keepEmbedded } from '#db/embedded/kept.ts';
import { whenLeftAlone } from '#realtime/parent.ts';

const root = path.resolve(import.meta.dirname, '..');
const serverCode = ['config.ts', 'domain', 'db', 'media', 'realtime'];
const say = (line: string) => void process.stdout.write(`${line}\n`);

const config = readConfig();
// The server shares it; held here too, it does not stop when the server does.
const embedded = config.DATABASE_URL ? undefined : await keepEmbedded({ dataDir: config.dataDir, say });

let server: ChildProcess | undefined;
let isStopping = false;
let restarting: Promise<void> | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
whenLeftAlone(() => void stop());
for (const place of serverCode.map((name) => path.join(root, name)).filter(existsSync))
	watch(place, { recursive: true }, (_event, file) => changed(file ?? path.basename(place)));
startServer();

function startServer() {
	// The channel closes with this process: that is how the server notices that it was left alone.
	const child = spawn(process.execPath, ['realtime/main.ts'], {
		cwd: root,
		stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
	});
	server = child;
	child.once('exit', () => {
		server = undefined;
		if (!isStopping && !restarting) say('The server has ended. It starts again when its code changes.');
	});
}

function changed(file: string) {
	if (isStopping || restarting || !/\.(ts|sql|json)$/.test(file)) return;
	restarting = restart(file).finally(() => (restarting = undefined));
}

async function restart(file: string) {
	say(`${file} has changed: restarting the server …`);
	// One save is often several events, and a checkout changes many files.
	await pause(100);
	await endServer();
	if (!isStopping) startServer();
}

async function endServer() {
	const child = server;
	if (!child) return;
	const gone = once(child, 'exit');
	child.kill('SIGTERM');
	await gone;
}

async function stop() {
	if (isStopping) return;
	isStopping = true;
	await endServer();
	await embedded?.stop();
	process.exit(0);
}
