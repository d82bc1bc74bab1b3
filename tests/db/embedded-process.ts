// A process that uses the embedded PostgreSQL, as the server does: started, killed and asked by embedded.test.ts.
import { startEmbedded } from '#db/embedded.ts';

const dataDir = process.argv[2];
if (!dataDir || !process.send) throw new Error('started by embedded.test.ts only');

const { url, fresh, pid, stop } = await startEmbedded({
	dataDir,
	say: (line) => process.send?.({ say: line }),
});
process.send({ url, fresh, pid });
process.on('message', async (message) => {
	if (message !== 'stop') return;
	process.send?.({ down: await stop() });
	process.disconnect?.();
});
