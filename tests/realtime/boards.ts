// What the tests of shared documents start from: a stock y-websocket client for anybody's browser, and lines without its manners. Of
// boards, unless another kind is named.
import { eq } from 'drizzle-orm';
import { once } from 'node:events';
import * as encoding from 'lib0/encoding';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { Database } from '#db/client.ts';
import { rightsOnBoard } from '#db/documentRights.ts';
import { documentUpdates } from '#db/schema/index.ts';
import { identify } from '#db/sessions.ts';
import { readBoard } from '#domain/board.ts';
import { documentName, type DocumentKind } from '#domain/documents.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { until } from './line.ts';

export type BoardClient = {
	doc: Y.Doc;
	provider: WebsocketProvider;
	/** Why the server has ended it for good. */
	closed: { code: number; reason: string }[];
	leave(): void;
};

/** Opens a board as a browser with this Cookie header does; resolves when it is there. */
export async function openBoard(
	url: string,
	meetingId: string,
	cookie: string,
	kind: DocumentKind = 'board',
): Promise<BoardClient> {
	const client = startBoard(url, meetingId, cookie, new Y.Doc(), kind);
	await until(() => client.provider.synced || client.closed.length > 0);
	return client;
}

export function startBoard(
	url: string,
	meetingId: string,
	cookie: string,
	doc = new Y.Doc(),
	kind: DocumentKind = 'board',
): BoardClient {
	const headers = { cookie, origin: url };
	class Browser extends WebSocket {
		constructor(address: string | URL) {
			super(address, { headers });
		}
	}
	const provider = new WebsocketProvider(
		`${url.replace('http', 'ws')}/documents`,
		documentName({ kind, id: meetingId }),
		doc,
		{
			WebSocketPolyfill: Browser as unknown as typeof globalThis.WebSocket,
			disableBc: true,
			maxBackoffTime: 200,
		},
	);
	const closed: BoardClient['closed'] = [];
	provider.on('closed', (event: { code: number; reason: string }) => void closed.push(event));
	return { doc, provider, closed, leave: () => provider.destroy() };
}

/** A line on which anything can be sent. */
export type RawBoard = {
	socket: WebSocket;
	received: Uint8Array[];
	closed: { code: number; reason: string } | null;
	send(update: Uint8Array): void;
	/** Resolves when the server has written whatever was sent before. */
	written(): Promise<void>;
};

export async function rawBoard(
	server: Pick<ServerProcess, 'url'>,
	meetingId: string,
	cookie: string,
	headers: Record<string, string> = {},
	kind: DocumentKind = 'board',
): Promise<RawBoard> {
	const name = documentName({ kind, id: meetingId });
	const socket = new WebSocket(`${server.url.replace('http', 'ws')}/documents/${name}`, {
		headers: { cookie, origin: server.url, ...headers },
	});
	socket.binaryType = 'arraybuffer';
	const raw: RawBoard = {
		socket,
		received: [],
		closed: null,
		send: (update) => socket.send(changeMessage(update)),
		async written() {
			const asked = asks++;
			socket.send(message(4, asked));
			const answer = Buffer.from(message(4, asked));
			await until(() => raw.closed !== null || raw.received.some((one) => answer.equals(one)));
		},
	};
	socket.on('message', (data) => void raw.received.push(new Uint8Array(data as ArrayBuffer)));
	socket.on('close', (code, reason) => (raw.closed = { code, reason: String(reason) }));
	socket.on('error', () => {});
	await once(socket, 'open');
	// Nothing that the server has not.
	socket.send(message(0, 1, Uint8Array.of(0, 0)));
	return raw;
}

let asks = 1;

export const changeMessage = (update: Uint8Array) => message(0, 2, update);

export function message(...parts: (number | Uint8Array)[]): Uint8Array {
	const encoder = encoding.createEncoder();
	for (const part of parts) {
		if (typeof part === 'number') encoding.writeVarUint(encoder, part);
		else encoding.writeVarUint8Array(encoder, part);
	}
	return encoding.toUint8Array(encoder);
}

export type Resident = BoardClient & { cookie: string; author: string };

/** A visitor with the board open, and how the keys of their cards begin. */
export async function resident(db: Database, { url }: ServerProcess, meetingId: string): Promise<Resident> {
	const cookie = visitorBrowser(testConfig());
	return {
		cookie,
		author: await authorOf(db, meetingId, cookie),
		...(await openBoard(url, meetingId, cookie)),
	};
}

/** The beginning of the keys of what this browser's person writes on a board. */
export async function authorOf(db: Database, meetingId: string, cookie: string): Promise<string> {
	const actor = await identify(db, testConfig(), cookie);
	return rightsOnBoard({ meetingId, state: 'live', boardOpen: true, blocked: [] }, actor).author!;
}

/** What the log alone makes of a board. */
export async function loggedBoard(db: Database, meetingId: string): Promise<Y.Doc> {
	const doc = new Y.Doc();
	const rows = await db
		.select()
		.from(documentUpdates)
		.where(eq(documentUpdates.document, `board:${meetingId}`))
		.orderBy(documentUpdates.id);
	for (const { update } of rows) Y.applyUpdate(doc, update);
	return doc;
}

export const boardIn = (doc: Y.Doc) => JSON.stringify(readBoard(doc));
