// The embedded PostgreSQL under a server that runs for weeks: when it is killed (out of memory, say), it is started again.
import { startEmbedded, type Embedded, type EmbeddedOptions } from '../embedded.ts';

const lookEveryMs = 1_000;

/**
 * As `startEmbedded`, and starts PostgreSQL again at the same address whenever it has ended without being told to.
 * Each try that fails is told in a line and made again.
 */
export async function keepEmbedded(
	options: EmbeddedOptions & { say: (line: string) => void },
): Promise<Pick<Embedded, 'url' | 'stop'>> {
	let current = await startEmbedded(options);
	const { url } = current;
	let starting: Promise<void> | undefined;

	async function startAgain(): Promise<void> {
		options.say('PostgreSQL has ended: starting it again …');
		const next = await startEmbedded({ ...options, port: Number(new URL(url).port) });
		current = next;
		if (next.url === url) return;
		// Pages and sockets look for it where it was.
		await next.stop();
		throw new Error('another program has taken its port');
	}

	const looking = setInterval(() => {
		if (starting || current.isUp()) return;
		starting = startAgain()
			.catch((error: unknown) => options.say(`PostgreSQL could not be started again: ${String(error)}`))
			.finally(() => (starting = undefined));
	}, lookEveryMs).unref();

	return {
		url,
		stop: async () => {
			clearInterval(looking);
			await starting;
			return current.stop();
		},
	};
}
