// The workers that carry sound and video, as the settings want them; none where they cannot be run.
import type { Config } from '#config';
import type { Logger } from '#db/log.ts';
import { startWorkers, type Workers } from '#media/workers.ts';

type Settings = Pick<Config, 'HOST' | 'MEDIA_ADDRESS' | 'MEDIA_PORT' | 'MEDIA_WORKERS' | 'publicUrl'>;

export async function startStageWorkers(config: Settings, log: Logger): Promise<Workers | undefined> {
	return startWorkers(
		{
			address: config.HOST,
			announcedAddress: announcedAddress(config),
			port: config.MEDIA_PORT,
			workers: config.MEDIA_WORKERS,
		},
		(pid) => log.error({ pid }, 'a media worker has died; another takes its place'),
	).catch((error: unknown) => {
		log.error({ err: error }, 'no media worker can be run: halls are without sound and video');
		return undefined;
	});
}

/** Whoever listens everywhere is reached where the pages are, unless it is said otherwise. */
function announcedAddress({ HOST, MEDIA_ADDRESS, publicUrl }: Settings): string | undefined {
	if (MEDIA_ADDRESS) return MEDIA_ADDRESS;
	return HOST === '0.0.0.0' || HOST === '::' ? new URL(publicUrl).hostname : undefined;
}
