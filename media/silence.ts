// Notices a sender whose network is away: browsers that send are never silent for long, and nobody should look at a picture that stands still.
import type { types } from 'mediasoup';

const lookEveryMs = 1_000;
/** In a row; counted and not timed, so that a server that was busy itself takes nobody for gone. */
const silentLooks = 8;

/** Tells once when nothing at all has arrived on a way for eight seconds, after something had. */
export function whenSilent(way: types.WebRtcTransport, tell: () => void): void {
	let heard = 0;
	let looks = 0;
	const looking = setInterval(() => void look(), lookEveryMs).unref();
	way.observer.once('close', () => clearInterval(looking));

	async function look(): Promise<void> {
		// A way that is closed meanwhile has no numbers.
		const [stats] = await way.getStats().catch(() => []);
		if (!stats || way.closed) return;
		looks = stats.bytesReceived === heard && heard > 0 ? looks + 1 : 0;
		heard = stats.bytesReceived;
		if (looks < silentLooks) return;
		clearInterval(looking);
		tell();
	}
}
