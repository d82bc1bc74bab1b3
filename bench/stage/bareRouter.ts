// The stage's baseline, a process of its own: mediasoup as its documentation shows it, one worker, one router, and nothing around it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWorker, type types } from 'mediasoup';
import { WebSocketServer, type WebSocket } from 'ws';

type Asked = {
	transportId: string;
	dtlsParameters: types.DtlsParameters;
	rtpParameters: types.RtpParameters;
};

const worker = await createWorker({ logLevel: 'warn' });
const webRtcServer = await worker.createWebRtcServer({
	listenInfos: (['udp', 'tcp'] as const).map((protocol) => ({ protocol, ip: '127.0.0.1' })),
});
const router = await worker.createRouter({
	mediaCodecs: [{ kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 }],
});
let producer: types.Producer | undefined;

const http = createServer();
new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', serve);
http.listen(0, '127.0.0.1', () => {
	process.stdout.write(`listening on http://127.0.0.1:${(http.address() as AddressInfo).port}\n`);
});
process.once('disconnect', () => process.exit());
// mediasoup hears this signal and leaves the ending to others.
process.once('SIGTERM', () => process.exit());

function serve(socket: WebSocket): void {
	const transports = new Map<string, types.WebRtcTransport>();
	let answered: Promise<void> = Promise.resolve();
	// Answers come in the order of the questions (openPlainLine).
	socket.on('message', (data: Buffer) => {
		const [name, asked] = JSON.parse(data.toString()) as [string, Asked];
		answered = answered.then(() =>
			does(transports, name, asked).then(
				(result) => socket.send(JSON.stringify([null, { result }])),
				(error: unknown) => socket.send(JSON.stringify([null, { error: String(error) }])),
			),
		);
	});
	socket.on('close', () => {
		for (const transport of transports.values()) transport.close();
	});
}

async function does(
	transports: Map<string, types.WebRtcTransport>,
	name: string,
	{ transportId, dtlsParameters, rtpParameters }: Asked,
): Promise<unknown> {
	if (name === 'transport') {
		const made = await router.createWebRtcTransport({
			webRtcServer,
			enableUdp: true,
			enableTcp: true,
			initialAvailableOutgoingBitrate: 1_000_000,
		});
		transports.set(made.id, made);
		const { id, iceParameters, iceCandidates } = made;
		return { id, iceParameters, iceCandidates, dtlsParameters: made.dtlsParameters };
	}
	const transport = transports.get(transportId)!;
	if (name === 'connect') return transport.connect({ dtlsParameters });
	if (name === 'send') {
		producer = await transport.produce({ kind: 'video', rtpParameters });
		return producer.id;
	}
	const { rtpCapabilities } = router;
	const consumer = await transport.consume({ producerId: producer!.id, rtpCapabilities, paused: true });
	await consumer.resume();
	return { id: consumer.id, rtpParameters: consumer.rtpParameters };
}
