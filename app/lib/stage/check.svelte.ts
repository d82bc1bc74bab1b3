// Tries the way to the server's media port as a hall would use it, without one: opens it, connects, and looks which way it took.
import { Device, type types } from 'mediasoup-client';
import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, Commands, ServerToClient, TriedWay } from '#domain/events.ts';
import { newId } from '#lib/hall/id.ts';
import { pathOf, type Path } from './path.ts';

/** `none`: no way at all. `unasked`: the server could not be asked, or has no sound and video at the moment. */
export type PathResult = Path | 'none' | 'unasked' | 'not-supported';

const answerWithinMs = 8_000;
/** Browsers try UDP first, then TCP, then TURN: whoever is not through by then has no line for pictures. */
const connectWithinMs = 20_000;
/** A way over TCP may be there a moment before the one over UDP. */
const betterWithinMs = 1_500;

type Line = Socket<ServerToClient, ClientToServer>;

/** Tries the way. Leaves nothing behind, here or on the server. */
export async function tryPath(): Promise<PathResult> {
	const line: Line = io({ transports: ['websocket'], reconnection: false, forceNew: true });
	let transport: types.Transport | undefined;
	try {
		const way = await ask(line, {});
		if (!way) return 'unasked';
		const device = await deviceFor(way);
		if (!device) return 'not-supported';
		transport = device.createRecvTransport({
			...(way.transport as types.TransportOptions),
			iceServers: way.iceServers,
		});
		transport.on('connect', ({ dtlsParameters }, done, failed) => {
			ask(line, { dtlsParameters }).then(() => done(), failed);
		});
		return await pathWhenConnected(transport, device);
	} catch {
		return 'unasked';
	} finally {
		transport?.close();
		line.close();
	}
}

async function ask(line: Line, input: Commands['stage:check']['input']): Promise<TriedWay | null> {
	const answer = await line.timeout(answerWithinMs).emitWithAck('stage:check', input, newId());
	if (!answer.ok) throw new Error(answer.code);
	return answer.result;
}

async function deviceFor({ rtpCapabilities }: TriedWay): Promise<Device | null> {
	try {
		const device = new Device();
		await device.load({ routerRtpCapabilities: rtpCapabilities as types.RtpCapabilities });
		return device;
	} catch {
		return null;
	}
}

async function pathWhenConnected(transport: types.Transport, device: Device): Promise<PathResult> {
	const isConnected = new Promise<boolean>((resolve) => {
		setTimeout(() => resolve(false), connectWithinMs);
		transport.on('connectionstatechange', (state) => {
			if (state === 'connected') resolve(true);
			if (state === 'failed' || state === 'closed') resolve(false);
		});
	});
	// A browser connects when there is something to receive: a voice that nobody sends.
	await transport.consume({
		id: newId(),
		producerId: newId(),
		kind: 'audio',
		rtpParameters: silence(device),
	});
	if (!(await isConnected)) return 'none';
	const until = Date.now() + betterWithinMs;
	for (;;) {
		const path = pathOf(await transport.getStats());
		if (path === 'udp' || Date.now() > until) return path ?? 'none';
		await new Promise((resolve) => setTimeout(resolve, 300));
	}
}

function silence(device: Device): types.RtpParameters {
	const opus = device.recvRtpCapabilities.codecs!.find(({ mimeType }) => /opus/i.test(mimeType))!;
	const { mimeType, clockRate, channels, preferredPayloadType } = opus;
	return {
		codecs: [{ mimeType, clockRate, channels, payloadType: preferredPayloadType!, parameters: {} }],
		encodings: [{ ssrc: 1 }],
		headerExtensions: [],
		rtcp: { cname: 'check' },
	};
}
