// Who is on the stage of the bench: one made-up VP8 stream, packet for packet the same on Porchlight and on the bare router.
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { openStageLine, type Door } from './door.ts';
import { openPeer } from './peer.ts';
import { framesPerSecond, packetsPerFrame, picture } from './rtp.ts';

export type Sender = {
	/** Sends for so long, then stops. @returns how many packets that were */
	send(seconds: number): Promise<number>;
	close(): void;
};

const payloadType = 96;
const clockRate = 90_000;

export async function openSender(door: Door, cookie: string): Promise<Sender> {
	const line = await openStageLine(door, cookie, true);
	const transport = await line.transport('send');
	const peer = await openPeer(
		transport,
		(dtlsParameters) => line.connect(transport.id, dtlsParameters),
		() => {},
	);
	const ssrc = randomBytes(4).readUInt32BE();
	await line.send(transport.id, {
		mid: '0',
		codecs: [
			{
				mimeType: 'video/VP8',
				payloadType,
				clockRate,
				parameters: {},
				rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
			},
		],
		headerExtensions: [],
		encodings: [{ ssrc }],
		rtcp: { cname: 'bench' },
	});
	// Browsers report every second; a sender of whom nothing comes for long is taken off the stage.
	const reporting = setInterval(() => peer.report(ssrc), 1_000);
	let pictures = 0;
	let packets = 0;
	return {
		async send(seconds) {
			const began = performance.now();
			const count = seconds * framesPerSecond;
			// The clock of the stream goes on while nothing is sent, as a camera's does.
			const timestamp = Math.round((began / 1000) * clockRate);
			for (let n = 0; n < count; n++) {
				await wait(Math.max(0, began + (n * 1000) / framesPerSecond - performance.now()));
				for (const [part, payload] of picture(pictures).entries()) {
					const marker = part === packetsPerFrame - 1;
					const header = {
						payloadType,
						ssrc,
						marker,
						sequenceNumber: packets & 0xffff,
						timestamp: (timestamp + (n * clockRate) / framesPerSecond) >>> 0,
					};
					peer.send(header, payload);
					packets++;
				}
				pictures++;
			}
			return count * packetsPerFrame;
		},
		close: () => {
			clearInterval(reporting);
			peer.close();
			line.cut();
		},
	};
}
