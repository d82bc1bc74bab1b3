// One line to a shared document: what is sent on it, and how it ends.
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Actor } from '#domain/people.ts';
import { maxUnreadBytes } from './limits.ts';
import { droppedSockets } from './metrics.ts';
import type { DocumentLine } from './sharedDocument.ts';

export type Line = DocumentLine & {
	socket: WebSocket;
	actor: Actor;
	cookie: string | undefined;
	isThere: boolean;
	/** Has told what it had that was not here. */
	hasAnswered: boolean;
};

/** @param wire what the web socket runs on */
export function makeLine(socket: WebSocket, wire: Duplex, cookie: string | undefined): Line {
	const line: Line = {
		socket,
		cookie,
		actor: { guest: null, account: null },
		rights: { role: 'watcher', author: null, pseudonyms: [], refused: null, form: {} },
		wroteAt: -Infinity,
		isOpen: true,
		isDismissed: false,
		isThere: true,
		hasAnswered: false,
		send(message) {
			if (mayBeSent()) socket.send(message);
		},
		sendFrame(frame) {
			// Past ws, which would make a frame for each; what it sends itself goes out whole, so nothing gets in between.
			if (mayBeSent()) wire.write(frame);
		},
		close(code, reason) {
			line.isDismissed = true;
			if (!line.isOpen) return;
			line.isOpen = false;
			// Else the other side's farewell is not heard either.
			socket.resume();
			socket.close(code, reason);
		},
	};
	function mayBeSent(): boolean {
		if (!line.isOpen || socket.readyState !== socket.OPEN) return false;
		if (socket.bufferedAmount < maxUnreadBytes) return true;
		droppedSockets.inc({ reason: 'slow' });
		line.isOpen = false;
		socket.terminate();
		return false;
	}
	socket.on('error', () => {});
	socket.on('pong', () => (line.isThere = true));
	socket.on('close', () => {
		line.isOpen = false;
	});
	return line;
}
