// Many light viewers in a process of their own (started by crowd.ts): each has its line, its socket, its handshake, and counts what it gets.
import { watcherCookie } from '../place.ts';
import { openMany } from '../line.ts';
import type { Asked, Counted } from './crowd.ts';
import { openStageLine, type Door } from './door.ts';
import { openPeer } from './peer.ts';
import { streamOf } from './rtp.ts';

/** `ssrc` is the stream that it has asked for. */
type Viewer = { ssrc: number | null; packets: number; close(): void };

const door = JSON.parse(process.argv[2]!) as Door;
/** So many handshakes at once: a hall fills within minutes, not within a second. */
const atOnce = 8;
let viewers: Viewer[] = [];
let bytes = 0;

async function open(): Promise<Viewer> {
	const line = await openStageLine(door, door.kind === 'bare' ? '' : watcherCookie());
	const transport = await line.transport('receive');
	const viewer: Viewer = { ssrc: null, packets: 0, close: line.cut };
	const peer = await openPeer(
		transport,
		(dtlsParameters) => line.connect(transport.id, dtlsParameters),
		(packet) => {
			const ssrc = streamOf(packet);
			if (ssrc === null || ssrc !== viewer.ssrc) return;
			viewer.packets++;
			bytes += packet.length;
		},
	);
	viewer.ssrc = await line.receive(transport.id);
	viewer.close = () => {
		peer.close();
		line.cut();
	};
	return viewer;
}

async function answer({ what, count }: Asked): Promise<Counted | null> {
	if (what === 'open') viewers.push(...(await openMany(count, open, atOnce)));
	if (what === 'close') {
		for (const viewer of viewers) viewer.close();
		viewers = [];
	}
	if (what !== 'count') return null;
	const counted = { packets: viewers.reduce((sum, { packets }) => sum + packets, 0), bytes };
	for (const viewer of viewers) viewer.packets = 0;
	bytes = 0;
	return counted;
}

process.on('message', (asked: Asked) => {
	answer(asked).then(
		(result) => process.send!({ result }),
		(error: unknown) => process.send!({ error: String(error) }),
	);
});
process.once('disconnect', () => process.exit());
