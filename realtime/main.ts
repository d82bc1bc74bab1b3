// The server: one process, one port. Database first, then pages and sockets; a clean stop on SIGINT and SIGTERM.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { readConfig, type Config } from '#config';
import { closeDatabase, openDatabase } from '#db/client.ts';
import { startEmbedded } from '#db/embedded.ts';
import { makeLogger } from '#db/log.ts';
import { migrate } from '#db/migrate.ts';
import { startJobs } from './jobs.ts';
import { whenLeftAlone } from './parent.ts';
import { attachSockets } from './sockets.ts';
import { builtPages, developmentPages, makeWeb } from './web.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function start(): Promise<void> {
	const config = readConfig();
	const log = makeLogger(config);
	const embedded = config.DATABASE_URL ? undefined : await startEmbedded({ dataDir: config.dataDir, say });
	const connectionString = config.DATABASE_URL ?? embedded!.url;
	await migrate(connectionString);
	const db = openDatabase(connectionString, 10, log);
	share({ db, config, log });

	const web = makeWeb(db, config);
	const realtime = await attachSockets(web.http, db, config, connectionString, log);
	const jobs = await startJobs(db, config, connectionString, realtime.feed, log);
	web.usePages(config.NODE_ENV === 'development' ? await developmentPages(web.http) : await builtPages());
	web.setReady(() => realtime.feed.isListening());
	refuseOtherUpgrades(web.http);
	await listen(web.http, config);
	say(`Porchlight is listening on http://localhost:${(web.http.address() as AddressInfo).port}`);

	let isStopping = false;
	const stop = async (why: string) => {
		if (isStopping) return;
		isStopping = true;
		log.info({ why }, 'stopping');
		web.http.close();
		await jobs.close();
		await realtime.close();
		web.http.closeAllConnections();
		await closeDatabase(db);
		await embedded?.stop();
		process.exit(0);
	};
	process.once('SIGINT', () => void stop('SIGINT'));
	process.once('SIGTERM', () => void stop('SIGTERM'));
	whenLeftAlone(() => void stop('left alone'));
}

/** SvelteKit's bundle has its own copy of every module; what lives is handed over here. */
function share(living: Record<string, unknown>): void {
	Object.assign(globalThis, { [Symbol.for('porchlight')]: living });
}

function refuseOtherUpgrades(http: import('node:http').Server): void {
	http.on('upgrade', (request, socket) => {
		socket.on('error', () => {});
		const path = request.url ?? '';
		const isVite = request.headers['sec-websocket-protocol']?.startsWith('vite-');
		if (path.startsWith('/socket.io/') || isVite) return;
		socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
	});
}

async function listen(http: import('node:http').Server, config: Config): Promise<void> {
	http.listen(config.PORT, config.HOST);
	await once(http, 'listening');
}

start().catch((error: unknown) => {
	const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
	const sentence = isTaken
		? 'The port is in use by another program: stop that one, or choose another with PORT=3001 npm start.'
		: error instanceof Error
			? error.message
			: String(error);
	process.stderr.write(`Porchlight could not start. ${sentence}\n`);
	if (!isTaken && error instanceof Error && error.stack) process.stderr.write(`${error.stack}\n`);
	process.exit(1);
});
