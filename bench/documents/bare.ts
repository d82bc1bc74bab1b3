// The baselines, a process each. `node bench/documents/bare.ts bare|hocuspocus|stored`: one document on y-protocols and ws alone; Hocuspocus
// that keeps nothing; Hocuspocus with its database extension on PostgreSQL (BARE_DATABASE_URL).
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Database } from '@hocuspocus/extension-database';
import { Server } from '@hocuspocus/server';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import pg from 'pg';
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync';
import { WebSocketServer, type WebSocket } from 'ws';
import * as Y from 'yjs';

const [sync, awareness] = [0, 1];

process.once('disconnect', () => process.exit());
if (process.argv[2] === 'bare') bare();
else await hocuspocus(process.argv[2] === 'stored');

function bare(): void {
	const http = createServer();
	const room = new WebSocketServer({ server: http, perMessageDeflate: false });
	const doc = new Y.Doc();
	const tell = (message: Uint8Array, from: unknown) => {
		for (const client of room.clients) if (client !== from) client.send(message);
	};
	doc.on('update', (update: Uint8Array, from: unknown) =>
		tell(
			encoded((encoder) => writeUpdate(encoder, update)),
			from,
		),
	);
	room.on('connection', (socket: WebSocket) => {
		socket.send(encoded((encoder) => writeSyncStep1(encoder, doc)));
		socket.on('message', (data: Buffer) => {
			const decoder = decoding.createDecoder(new Uint8Array(data));
			const kind = decoding.readVarUint(decoder);
			if (kind === awareness) return tell(data, socket);
			const answer = encoded((encoder) => readSyncMessage(decoder, encoder, doc, socket));
			if (answer.length > 1) socket.send(answer);
		});
	});
	http.listen(0, '127.0.0.1', () => listening((http.address() as AddressInfo).port));
}

function encoded(write: (encoder: encoding.Encoder) => unknown): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, sync);
	write(encoder);
	return encoding.toUint8Array(encoder);
}

async function hocuspocus(isStored: boolean): Promise<void> {
	const server = new Server({
		port: 0,
		address: '127.0.0.1',
		quiet: true,
		extensions: isStored ? [await inDatabase()] : [],
	});
	await server.listen();
	listening(server.address.port);
}

async function inDatabase(): Promise<Database> {
	const pool = new pg.Pool({ connectionString: process.env.BARE_DATABASE_URL });
	await pool.query('create table if not exists bare_documents (name text primary key, state bytea not null)');
	return new Database({
		async fetch({ documentName }) {
			const { rows } = await pool.query<{ state: Buffer }>(
				'select state from bare_documents where name = $1',
				[documentName],
			);
			return rows[0]?.state ?? null;
		},
		async store({ documentName, state }) {
			await pool.query(
				'insert into bare_documents values ($1, $2) on conflict (name) do update set state = excluded.state',
				[documentName, state],
			);
		},
	});
}

function listening(port: number): void {
	process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
}
