// A network that can be cut: what a browser sends to the server passes here, and for a while does not.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type PageRelay = {
	/** Where the page is through this relay. */
	url: string;
	/** Nothing passes any more in either direction, and nobody is told: lines stay open, new ones wait for theirs. */
	freeze(): void;
	thaw(): void;
	close(): void;
};

/** The way of one browser's page and line to the server. */
export async function relayPage(to: string): Promise<PageRelay> {
	const target = new URL(to);
	const open = new Set<Socket>();
	let isFrozen = false;
	const keep = (socket: Socket) => {
		open.add(socket);
		if (isFrozen) socket.pause();
		socket.on('error', () => {});
		socket.once('close', () => open.delete(socket));
	};
	/** New lines, and since when they knock. */
	const knocking = new Map<Socket, number>();
	const server = createServer({ pauseOnConnect: true }, (near) => {
		keep(near);
		if (!isFrozen) return pass(near);
		knocking.set(near, Date.now());
		near.once('close', () => knocking.delete(near));
	});
	function pass(near: Socket): void {
		const far = connect(Number(target.port), target.hostname);
		keep(far);
		for (const [from, on] of [
			[near, far],
			[far, near],
		] as const) {
			from.on('data', (chunk) => void on.write(chunk));
			from.once('end', () => on.end());
			from.once('close', () => on.destroy());
			if (!isFrozen) from.resume();
		}
	}
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		freeze() {
			isFrozen = true;
			for (const socket of open) socket.pause();
		},
		thaw() {
			isFrozen = false;
			for (const [near, since] of knocking) {
				// TCP knocks again after 1, 3, 7, 15 … seconds, and is heard at the next of these.
				const waited = (Date.now() - since) / 1000;
				const next = 2 ** Math.ceil(Math.log2(waited + 1)) - 1;
				setTimeout(() => near.destroyed || pass(near), (next - waited) * 1000);
			}
			for (const socket of open) if (!knocking.has(socket)) socket.resume();
			knocking.clear();
		},
		close() {
			server.close();
			for (const socket of open) socket.destroy();
		},
	};
}

export type MediaRelay = {
	/** Drops all packets from and to these ports of browsers. */
	cut(ports: number[]): void;
	mend(): void;
	close(): void;
};

/** The way of sound and pictures, UDP: packets for `address` go to the same ports of 127.0.0.1, and back. */
export async function relayMedia(address: string, ports: number[]): Promise<MediaRelay> {
	let dropped = new Set<number>();
	const sockets: UdpSocket[] = [];
	for (const port of ports) {
		const near = createSocket('udp4');
		const far = new Map<number, UdpSocket>();
		near.on('message', (packet, from) => {
			if (dropped.has(from.port)) return;
			let way = far.get(from.port);
			if (!way) {
				way = createSocket('udp4');
				way.on(
					'message',
					(answer) => void (dropped.has(from.port) || near.send(answer, from.port, from.address)),
				);
				way.on('error', () => {});
				far.set(from.port, way);
				sockets.push(way);
			}
			way.send(packet, port, '127.0.0.1');
		});
		near.bind(port, address);
		await once(near, 'listening');
		sockets.push(near);
	}
	return {
		cut: (cut) => void (dropped = new Set(cut)),
		mend: () => void (dropped = new Set()),
		close: () => sockets.forEach((socket) => socket.close()),
	};
}

/**
 * The first of so many ports in a row that are free now, UDP and TCP. They are below those that the system takes for outgoing lines:
 * one of these could be taken before the server has it.
 */
export async function freePorts(count: number): Promise<number> {
	for (;;) {
		const first = 20_000 + Math.floor(Math.random() * 10_000);
		const ports = Array.from({ length: count }, (_, place) => first + place);
		if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
	}
}

async function isFree(port: number): Promise<boolean> {
	const udp = createSocket('udp4');
	const tcp = createServer();
	try {
		udp.bind(port, '127.0.0.1');
		await once(udp, 'listening');
		tcp.listen(port, '127.0.0.1');
		await once(tcp, 'listening');
		return true;
	} catch {
		return false;
	} finally {
		udp.close();
		tcp.close();
	}
}
