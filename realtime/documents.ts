// The endpoint of shared documents, in the words of y-websocket: `/documents/board:<meeting>`, `/documents/map:<round>`, `/documents/minutes:<meeting>`. Who is asking is asked again for every message.
import { once } from 'node:events';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import * as Y from 'yjs';
import type { Config } from '#config';
import type { Database } from '#db/client.ts';
import {
	beginningOf,
	rightsOn,
	subjectOf,
	type DocumentRights,
	type DocumentSubject,
} from '#db/documentRights.ts';
import type { Logger } from '#db/log.ts';
import { identify } from '#db/sessions.ts';
import { documentKinds, documentName, type DocumentKind, type DocumentPlace } from '#domain/documents.ts';
import { isRefusal } from '#domain/errors.ts';
import { makeCopying } from './documentCopying.ts';
import { makeAwareness, type Awareness } from './documentAwareness.ts';
import { makeLine, type Line } from './documentLine.ts';
import * as say from './documentMessages.ts';
import { maxUpdateBytes } from './documentTrial.ts';
import type { Feed } from './feed.ts';
import { makeBucket, type Doorkeeper } from './limits.ts';
import { openDocumentLines, openDocuments } from './metrics.ts';
import { isOurOrigin } from './origin.ts';
import { openDocument, type DocumentLine, type SharedDocument } from './sharedDocument.ts';

type Parts = { db: Database; config: Config; feed: Feed; log: Logger; doorkeeper: Doorkeeper };
type Open = { document: SharedDocument; awareness: Awareness };

export type Documents = { close(): Promise<void> };

const path = new RegExp(
	`^/documents/(${documentKinds.join('|')})(?::|%3A)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\\?|$)`,
);
/** Whether an upgrade is for us. */
export const isDocument = (url: string) => path.test(url);

/** Changes of one line; and anything that arrives on it. */
const changeAllowance = { atOnce: 100, perSecond: 50 };
const messageAllowance = { atOnce: 400, perSecond: 150 };
/** An answer to "what do I miss" may be as large as the document. */
const answerCost = 10;
const beatMs = 15_000;
const keptMs = 30_000;
const farewellMs = 1_000;

export function startDocuments(http: HttpServer, parts: Parts): Documents {
	const { db, config, feed, log } = parts;
	// What is larger is read and refused in words: closed by ws, a stock client would come back with it again and again.
	const server = new WebSocketServer({
		noServer: true,
		maxPayload: 4 * maxUpdateBytes,
		perMessageDeflate: false,
	});
	const lines = new Set<Line>();
	const copying = makeCopying(db, log);
	const opened = new Map<string, Promise<Open>>();
	const closing = new Set<Promise<void>>();
	let isOpen = true;

	http.on('upgrade', upgrade);
	feed.on('document', (payload) => {
		const [name, id] = payload.split(' ');
		void opened.get(name!)?.then(({ document }) => document.announce(Number(id)), ignore);
	});
	feed.onHeardAgain(() => {
		for (const open of opened.values()) void open.then(({ document }) => document.lookAgain(), ignore);
	});
	const beat = setInterval(() => {
		for (const line of lines) {
			if (!line.isThere) line.socket.terminate();
			line.isThere = false;
			line.socket.ping();
			line.send(say.stillHere);
		}
	}, beatMs);

	function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
		const [, kind, id] = path.exec(request.url ?? '') ?? [];
		if (!kind || !id) return;
		socket.on('error', () => {});
		const refusal = refusedAtTheDoor(request);
		if (refusal)
			return void socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\n\r\n`, () => socket.destroy());
		server.handleUpgrade(request, socket, head, (webSocket) => {
			const line = take(webSocket, socket, request.headers.cookie);
			serve(line, { kind: kind as DocumentKind, id }).catch((error: unknown) => {
				if (isRefusal(error) && error.code === 'not-found') return line.close(4404, 'not-found');
				log.warn({ err: error }, 'a shared document could not be opened');
				line.close(4503, 'away');
			});
		});
	}

	function refusedAtTheDoor(request: IncomingMessage): string | null {
		if (!isOpen) return '503 Service Unavailable';
		if (!isOurOrigin(request.headers.origin, request.headers.host, config)) return '403 Forbidden';
		return parts.doorkeeper.admits(request) ? null : '429 Too Many Requests';
	}

	function take(webSocket: WebSocket, wire: Duplex, cookie: string | undefined): Line {
		const line = makeLine(webSocket, wire, cookie);
		lines.add(line);
		openDocumentLines.inc();
		webSocket.on('close', () => {
			if (lines.delete(line)) openDocumentLines.dec();
		});
		return line;
	}

	async function serve(line: Line, place: DocumentPlace): Promise<void> {
		const { socket } = line;
		// A stock client speaks at once: until it is known who it is, and the document is here, nothing is read.
		socket.pause();
		line.actor = await identify(db, config, line.cookie);
		if (!line.actor.account) line.cookie = undefined;
		const subject = await subjectOf(db, place);
		line.rights = rightsOn(subject, line.actor);
		const { document, awareness } = await enter(line, place, subject!);
		if (!line.isOpen) return leave(document, awareness, line);
		socket.on('close', () => leave(document, awareness, line));
		line.send(say.hasMessage(Y.encodeStateVector(document.doc)));
		line.send(say.awarenessMessage(awareness.all()));
		const [mayChange, maySpeak] = [makeBucket(changeAllowance), makeBucket(messageAllowance)];
		socket.on('message', (data, isBinary) => {
			if (!line.isOpen || !isOpen) return;
			// Copied: what ws gives is a part of a larger buffer, and a length that lies must not lead into the rest of it.
			const message = isBinary ? say.readMessage(new Uint8Array(data as Buffer)) : null;
			if (!message) return line.close(4400, 'not-a-message');
			const isWithin =
				message.kind === 'has' ? mayChange(answerCost) : message.kind !== 'change' || mayChange();
			if (!maySpeak() || !isWithin) return line.close(4529, 'too-fast');
			hear(document, awareness, line, message);
		});
		socket.resume();
	}

	function hear(document: SharedDocument, awareness: Awareness, line: Line, message: say.Message): void {
		switch (message.kind) {
			case 'has':
				return answer(document, line, message.vector);
			case 'change':
				// A stock client that is back tells what is typed now before what was typed while it was away; its answer has both.
				line.hasAnswered ||= message.isAnswer;
				return line.hasAnswered ? document.change(line, message.update) : undefined;
			case 'awareness': {
				const refused = awareness.take(line, message.states);
				return refused ? line.close(4403, refused) : undefined;
			}
			case 'ask-awareness':
				return line.send(say.awarenessMessage(awareness.all()));
			case 'written?':
				return document.afterChanges(line, () => line.send(say.writtenMessage(message.number)));
		}
	}

	function answer(document: SharedDocument, line: Line, vector: Uint8Array): void {
		try {
			line.send(say.missingMessage(document.missing(vector)));
		} catch {
			line.close(4400, 'not-a-message');
		}
	}

	async function enter(line: Line, place: DocumentPlace, subject: DocumentSubject): Promise<Open> {
		const name = documentName(place);
		for (;;) {
			const opening = opened.get(name) ?? open(place, subject);
			const found = await opening;
			try {
				await found.document.join(line);
				return found;
			} catch (error) {
				if (opened.get(name) === opening) throw error;
				// It was closed, or given up, while we came: it is opened anew.
			}
		}
	}

	function open(place: DocumentPlace, subject: DocumentSubject): Promise<Open> {
		const name = documentName(place);
		const ask = (asked: DocumentLine[]) => askAgain(place, asked as Line[]);
		const opening = openDocument(db, place, ask, beginningOf(subject)).then((document) => {
			document.onFailure((error) => {
				log.warn({ err: error }, 'a shared document is opened anew from its log');
				forget(name, opening);
			});
			document.onWritten(() => copying.changed(document));
			// A process that died may have left something uncopied.
			copying.changed(document);
			const awareness = makeAwareness(ask, (states) => {
				const frame = say.frameOf(say.awarenessMessage(states));
				for (const line of document.lines) line.sendFrame(frame);
			});
			return { document, awareness };
		});
		opened.set(name, opening);
		openDocuments.set(opened.size);
		opening.catch(() => forget(name, opening));
		return opening;
	}

	function forget(name: string, opening: Promise<Open>): void {
		if (opened.get(name) === opening) opened.delete(name);
		openDocuments.set(opened.size);
	}

	/** What each is at this moment, from the rows; who may not even read any more is sent away. */
	async function askAgain(
		place: DocumentPlace,
		asked: Line[],
	): Promise<Map<DocumentLine, DocumentRights | null>> {
		const [subject] = await Promise.all([
			subjectOf(db, place),
			...asked.map(async (line) => {
				if (line.cookie) line.actor = await identify(db, config, line.cookie);
			}),
		]);
		return new Map(
			asked.map((line) => {
				try {
					return [line, rightsOn(subject, line.actor)];
				} catch (error) {
					if (!isRefusal(error)) throw error;
					line.close(4404, error.code);
					return [line, null];
				}
			}),
		);
	}

	function leave(document: SharedDocument, awareness: Awareness, line: Line): void {
		document.lines.delete(line);
		awareness.leave(line);
		if (document.lines.size > 0) return;
		void copying.finish(document);
		setTimeout(() => closeIfIdle(document), keptMs).unref();
	}

	function closeIfIdle(document: SharedDocument): void {
		const opening = opened.get(document.name);
		void opening?.then((open) => {
			if (open.document !== document || !document.isIdle()) return;
			forget(document.name, opening);
			open.awareness.stop();
			const done = document.close().catch((error: unknown) => {
				log.warn({ err: error }, 'a shared document was left without a new snapshot');
			});
			closing.add(done);
			void done.finally(() => closing.delete(done));
		}, ignore);
	}

	return {
		async close() {
			isOpen = false;
			clearInterval(beat);
			const open = await Promise.allSettled(opened.values());
			// What was sent before is written and told; what comes now is sent again when the line is back.
			for (const one of open)
				if (one.status === 'fulfilled') {
					one.value.awareness.stop();
					await one.value.document.close();
				}
			await Promise.all(closing);
			await copying.close();
			const left = [...lines].map(({ socket }) => once(socket, 'close'));
			for (const line of lines) line.close(4503, 'closing');
			await Promise.race([Promise.all(left), wait(farewellMs)]);
			for (const { socket } of lines) socket.terminate();
			server.close();
		},
	};
}

const ignore = () => {};
