// The server: one process, one port. Database first, then pages and sockets; a clean stop on SIGINT and SIGTERM.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { NotReady, readConfig, type Config } from '#config';
import { closeDatabase, openDatabase } from '#db/client.ts';
import { keepEmbedded } from '#db/embedded/kept.ts';
import { makeLogger } from '#db/log.ts';
import { migrate } from '#db/migrate.ts';
import type { LetterWriters } from '#db/reminders.ts';
import { demoSignIns, withDemoTown } from '#db/seed.ts';
import { isDocument } from './documents.ts';
import { startJobs } from './jobs.ts';
import { whenLeftAlone } from './parent.ts';
import { attachSockets } from './sockets.ts';
import { builtPages, developmentPages, makeWeb } from './web.ts';

const stopWithinMs = 15_000;
const say = (line: string) => void process.stdout.write(`${line}\n`);

async function start(): Promise<void> {
	// From the first moment on: a Ctrl-C while starting must not leave PostgreSQL behind.
	const asked = stopAsked();
	const config = readConfig();
	const embedded = config.DATABASE_URL ? undefined : await keepEmbedded({ dataDir: config.dataDir, say });
	try {
		await serve(config, config.DATABASE_URL ?? embedded!.url, asked);
	} finally {
		await embedded?.stop();
	}
}

async function serve(given: Config, connectionString: string, stopAsked: Promise<string>): Promise<void> {
	const log = makeLogger(given);
	await migrate(connectionString);
	const db = openDatabase(connectionString, 10, log);
	const config = await withDemoTown(db, given, say);
	// The words of letters are the pages': they put their writers here (app/hooks.server.ts).
	const living: Record<string, unknown> & { letters?: LetterWriters } = { db, config, log };
	share(living);

	const web = makeWeb(db, config);
	// Where the port is taken nothing else is begun. It is held only when everything is there: a line that comes earlier finds nobody.
	await tryPort(config);
	const realtime = await attachSockets(web.http, db, config, connectionString, log);
	const jobs = await startJobs(db, config, connectionString, realtime.feed, log, () => living.letters);
	const pages = config.NODE_ENV === 'development' ? await developmentPages(web.http) : await builtPages();
	web.usePages(pages.handle);
	web.setReady(() => realtime.feed.isListening());
	refuseOtherUpgrades(web.http, config);
	await listen(web.http, config);
	say(`Porchlight is listening on http://localhost:${(web.http.address() as AddressInfo).port}`);
	for (const line of await demoSignIns(db, config)) say(line);

	const why = await stopAsked;
	log.info({ why }, 'stopping');
	web.http.close();
	// A database that does not answer must not hold up the stop: what it has not taken was not acknowledged either.
	const closing = pages
		.close()
		.then(() => jobs.close())
		.then(() => realtime.close())
		.then(() => closeDatabase(db))
		.catch((error: unknown) => log.error({ err: error }, 'not everything could be closed'));
	await Promise.race([closing, wait(stopWithinMs)]);
	web.http.closeAllConnections();
}

/** Resolves to the reason when this process is asked to end. */
function stopAsked(): Promise<string> {
	return new Promise((resolve) => {
		// Not `once`: a Ctrl-C comes from the terminal and again from `npm start`, and the second must not cut the stop short.
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(signal));
		whenLeftAlone(() => resolve('left alone'));
	});
}

/** SvelteKit's bundle has its own copy of every module; what lives is handed over here. */
function share(living: Record<string, unknown>): void {
	Object.assign(globalThis, { [Symbol.for('porchlight')]: living });
}

function refuseOtherUpgrades(http: import('node:http').Server, config: Config): void {
	http.on('upgrade', (request, socket) => {
		socket.on('error', () => {});
		const path = request.url ?? '';
		const isVite =
			config.NODE_ENV === 'development' && request.headers['sec-websocket-protocol']?.startsWith('vite-');
		if (path.startsWith('/socket.io/') || isDocument(path) || isVite) return;
		// Not only ended: a peer that never closes its side would keep the line.
		socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n', () => socket.destroy());
	});
}

async function tryPort(config: Config): Promise<void> {
	const attempt = createServer();
	await listen(attempt, config);
	attempt.close();
	await once(attempt, 'close');
}

async function listen(http: import('node:net').Server, { PORT, HOST }: Config): Promise<void> {
	http.listen(PORT, HOST);
	try {
		await once(http, 'listening');
	} catch (error) {
		const sentence = cannotListen(PORT, HOST)[String((error as NodeJS.ErrnoException).code)];
		throw sentence ? new NotReady(sentence) : error;
	}
}

function cannotListen(port: number, host: string): Record<string, string> {
	const notHere = `HOST=${host} is no address of this machine: use 127.0.0.1 behind a proxy, 0.0.0.0 otherwise.`;
	return {
		EADDRINUSE: `The port ${port} is in use by another program: stop that one, or choose another with PORT=3001 npm start.`,
		EACCES: `This user may not listen on port ${port}: choose one above 1023, and let a proxy hold the lower one.`,
		EADDRNOTAVAIL: notHere,
		ENOTFOUND: notHere,
		EAI_AGAIN: notHere,
	};
}

start().then(() => process.exit(0), failed);

function failed(error: unknown): void {
	const { message, stack } = error instanceof Error ? error : new Error(String(error));
	process.stderr.write(`Porchlight could not start. ${message}\n`);
	if (!(error instanceof NotReady) && stack) process.stderr.write(`${stack}\n`);
	process.exit(1);
}
