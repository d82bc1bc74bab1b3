// The workers that carry sound and video, as the settings want them. Where none can be run yet, it is tried again when somebody asks:
// a first start may still be building them.
import type { Config } from '#config';
import type { Logger } from '#db/log.ts';
import { startWorkers, type Workers } from '#media/workers.ts';

type Settings = Pick<Config, 'HOST' | 'MEDIA_ADDRESS' | 'MEDIA_PORT' | 'MEDIA_WORKERS' | 'publicUrl'>;
export type StageWorkers = {
	/** @returns undefined while none can be run */
	get(): Promise<Workers | undefined>;
	close(): Promise<void>;
};

const tryEveryMs = 3_000;

export function keepStageWorkers(config: Settings, log: Logger): StageWorkers {
	let triedAt = 0;
	let isClosed = false;
	let trying = attempt();

	async function attempt(): Promise<Workers | undefined> {
		const isFirst = triedAt === 0;
		triedAt = Date.now();
		try {
			const workers = await startWorkers(
				{
					address: config.HOST,
					announcedAddress: announcedAddress(config),
					port: config.MEDIA_PORT,
					workers: config.MEDIA_WORKERS,
				},
				(pid) => log.error({ pid }, 'a media worker has died; another takes its place'),
			);
			if (!isFirst) log.info('media workers run now: halls have sound and video');
			return workers;
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			if (isFirst) log.error({ reason }, 'no media worker can be run: halls are without sound and video');
			return undefined;
		}
	}

	return {
		async get() {
			const workers = await trying;
			if (workers || isClosed || Date.now() - triedAt < tryEveryMs) return workers;
			return (trying = attempt());
		},
		async close() {
			isClosed = true;
			(await trying)?.close();
		},
	};
}

/** Whoever listens everywhere is reached where the pages are, unless it is said otherwise. */
function announcedAddress({ HOST, MEDIA_ADDRESS, publicUrl }: Settings): string | undefined {
	if (MEDIA_ADDRESS) return MEDIA_ADDRESS;
	return HOST === '0.0.0.0' || HOST === '::' ? new URL(publicUrl).hostname : undefined;
}
