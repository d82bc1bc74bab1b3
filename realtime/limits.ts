// What one browser, or one network address, may take of the server. All in memory; addresses are never stored or logged.
import type { IncomingMessage } from 'node:http';
import type { Config } from '#config';
import type { Sockets } from './feed.ts';
import { droppedSockets } from './metrics.ts';

/** So much may be taken at once, and so much more every second. */
export type Allowance = { atOnce: number; perSecond: number };

/** Commands of one socket. */
export const commandAllowance: Allowance = { atOnce: 60, perSecond: 20 };
/** Anything that arrives on one line, understood or not. Whoever sends more is no browser of ours and is cut off. */
export const packetAllowance: Allowance = { atOnce: 600, perSecond: 60 };
/** New lines from one network address: a school's gym comes back from one address within seconds after a restart. */
export const lineAllowance: Allowance = { atOnce: 3_000, perSecond: 50 };
/** A browser that leaves more than this unread is dropped; it reconnects and catches up from the event table. */
export const maxUnreadBytes = 4 * 1024 * 1024;
const maxUnreadPackets = 2_000;

/** Takes from an allowance; false when there is not so much left. */
export type Bucket = (cost?: number) => boolean;

export function makeBucket({ atOnce, perSecond }: Allowance): Bucket {
	let left = atOnce;
	let at = performance.now();
	return (cost = 1) => {
		const now = performance.now();
		left = Math.min(atOnce, left + ((now - at) / 1000) * perSecond);
		at = now;
		if (left < cost) return false;
		left -= cost;
		return true;
	};
}

/** Counts new lines by network address. */
export type Doorkeeper = { admits(request: IncomingMessage): boolean; close(): void };

export function makeDoorkeeper(
	config: Pick<Config, 'TRUST_PROXY'>,
	allowance: Allowance = lineAllowance,
): Doorkeeper {
	let buckets = new Map<string, Bucket>();
	const refillMs = (allowance.atOnce / allowance.perSecond) * 1000;
	// After so long every bucket that was left alone is full again: two generations forget the old ones.
	let older = new Map<string, Bucket>();
	const turn = setInterval(() => {
		older = buckets;
		buckets = new Map();
	}, refillMs).unref();
	return {
		admits(request) {
			const address = addressOf(request, config);
			// This machine itself, or a proxy on it that was not declared: nothing can be told apart.
			if (!address || /^(127\.|::1$|::ffff:127\.)/.test(address)) return true;
			const bucket = buckets.get(address) ?? older.get(address) ?? makeBucket(allowance);
			buckets.set(address, bucket);
			return bucket();
		},
		close: () => clearInterval(turn),
	};
}

/** The address a line comes from; of an IPv6 one the network (64 bits), which one household shares. */
function addressOf(request: IncomingMessage, config: Pick<Config, 'TRUST_PROXY'>): string | undefined {
	// The last one is written by our own proxy; those before it by anybody.
	const forwarded =
		config.TRUST_PROXY && request.headers['x-forwarded-for']?.toString().split(',').at(-1)?.trim();
	const address = forwarded || request.socket.remoteAddress;
	return address?.includes(':') && !address.includes('.')
		? address.split(':').slice(0, 4).join(':')
		: address;
}

/** A line below socket.io, as far as the limits need to know it. */
export type Line = {
	request: unknown;
	readyState: string;
	writeBuffer: { data?: unknown; options?: { wsPreEncodedFrame?: unknown } }[];
	transport: {
		socket?: {
			bufferedAmount: number;
			terminate(): void;
			on(name: 'ping' | 'pong', listener: () => void): void;
		};
	};
	on(name: 'packet', listener: (packet: { data?: unknown }) => void): void;
	close(discard?: boolean): void;
};

/** Ends a line at once, without waiting for an answer of the other side. */
export function cut(line: Line, reason: 'flood' | 'slow' | 'wrong' | 'unknown'): void {
	if (line.readyState !== 'open') return;
	droppedSockets.inc({ reason });
	line.close(true);
	line.transport.socket?.terminate();
}

/** Cuts a line that is flooded, or that speaks binary, which no browser of ours does. */
export function watchLine(line: Line): void {
	const within = makeBucket(packetAllowance);
	const count = () => void (within() || cut(line, 'flood'));
	line.on('packet', ({ data }) => {
		if (data !== undefined && typeof data !== 'string') return cut(line, 'wrong');
		count();
	});
	// These never become packets.
	line.transport.socket?.on('ping', count);
	line.transport.socket?.on('pong', count);
}

/** Drops every socket that does not read what it is sent. */
export function dropSlowReaders(io: Sockets): void {
	for (const socket of io.sockets.sockets.values()) {
		const line = socket.conn as unknown as Line;
		if (unreadBytes(line) < maxUnreadBytes && line.writeBuffer.length < maxUnreadPackets) continue;
		cut(line, 'slow');
	}
}

function unreadBytes(line: Line): number {
	let bytes = line.transport.socket?.bufferedAmount ?? 0;
	// What a whole room is sent is kept once for all.
	for (const { data, options } of line.writeBuffer)
		if (typeof data === 'string' && !options?.wsPreEncodedFrame) bytes += data.length;
	return bytes;
}
