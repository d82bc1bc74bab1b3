// The web server: health and metrics, security headers, and SvelteKit's pages behind them.
import compression from 'compression';
import express, { type RequestHandler } from 'express';
import helmet from 'helmet';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'drizzle-orm';
import type { Config } from '#config';
import { isBearer } from '#db/bearer.ts';
import type { Database } from '#db/client.ts';
import { limitBodies, mostBytesWithPhotos } from './bodies.ts';
import { registry } from './metrics.ts';
import { oneClick } from './oneClick.ts';

export type Web = {
	http: Server;
	usePages(handle: RequestHandler): void;
	setReady(isReady: () => boolean): void;
};

export type Pages = { handle: RequestHandler; close(): Promise<void> };

export function makeWeb(db: Database, config: Config): Web {
	const app = express();
	let pages: RequestHandler = (_request, response) =>
		void response.status(503).type('text').send('Porchlight is starting. Try again in a moment.');
	let isReady = () => false;
	app.disable('x-powered-by');
	// Express tells visitors where in the code an error came from unless it believes to be in production.
	app.set('env', config.NODE_ENV);
	app.set('trust proxy', config.TRUST_PROXY ? 1 : false);
	app.use(
		helmet({
			// SvelteKit writes the policy itself, with a nonce per page.
			contentSecurityPolicy: false,
			strictTransportSecurity: config.publicUrl.startsWith('https:'),
			crossOriginEmbedderPolicy: false,
			referrerPolicy: { policy: 'same-origin' },
		}),
	);
	// Pages; files are compressed when they are built. Nothing secret stands in a page beside what an address may put there (BREACH):
	// forms are guarded by their origin, not by a token.
	app.use(
		compression({
			filter: (_request, response) => /^text\/html/.test(String(response.getHeader('content-type'))),
		}),
	);
	app.get('/healthz', (_request, response) => void response.type('text').send('alive'));
	app.get('/readyz', async (_request, response) => {
		const isDatabaseHere = await db.execute(sql`select 1`).then(
			() => true,
			() => false,
		);
		if (isDatabaseHere && isReady()) return void response.type('text').send('ready');
		response
			.status(503)
			.type('text')
			.send(isDatabaseHere ? 'not listening to the database yet' : 'the database cannot be reached');
	});
	app.get('/metrics', async (request, response) => {
		if (!isBearer(request.headers.authorization, config.METRICS_TOKEN))
			return void response.status(404).type('text').send('Not found');
		response.type(registry.contentType).send(await registry.metrics());
	});
	// An older word for `frame-ancestors`, which knows no list of sites: app/hooks.server.ts says it for the page that may be framed.
	app.use('/embed', (_request, response, next) => {
		response.removeHeader('X-Frame-Options');
		next();
	});
	app.use(limitBodies());
	app.use(oneClick(db));
	app.use((request, response, next) => {
		// adapter-node assumes https unless a header says otherwise; a client may not say it, the proxy may (Express knows which).
		request.headers['x-forwarded-proto'] = request.protocol;
		// The same for the address: it is counted in memory, for limits, and goes no further.
		request.headers['x-client-address'] = request.ip ?? 'unknown';
		return pages(request, response, next);
	});
	return {
		// Whoever sends a request drop by drop does not keep the line.
		http: createServer(
			{ headersTimeout: 15_000, requestTimeout: 60_000, connectionsCheckingInterval: 5_000 },
			app,
		),
		usePages: (handle) => (pages = handle),
		setReady: (check) => (isReady = check),
	};
}

/** The built pages. */
export async function builtPages(): Promise<Pages> {
	process.env['PROTOCOL_HEADER'] = 'x-forwarded-proto';
	process.env['ADDRESS_HEADER'] = 'x-client-address';
	process.env['BODY_SIZE_LIMIT'] = String(mostBytesWithPhotos);
	const file = path.join(import.meta.dirname, '../build/handler.js');
	const { handler } = (await import(pathToFileURL(file).href)) as { handler: RequestHandler };
	return { handle: handler, close: async () => {} };
}

/** The pages straight from the sources, with hot reload; development only. */
export async function developmentPages(http: Server): Promise<Pages> {
	const { createServer: createVite } = await import('vite');
	const vite = await createVite({
		configFile: path.join(import.meta.dirname, '../vite.config.ts'),
		// The default would write a file to read the configuration from.
		configLoader: 'native',
		server: { middlewareMode: { server: http }, ws: { server: http } },
		appType: 'custom',
		clearScreen: false,
	});
	return { handle: vite.middlewares as unknown as RequestHandler, close: () => vite.close() };
}
