// Where the files of recordings lie: beside the database of this machine, never in it.
import path from 'node:path';
import type { Config } from '#config';

export function recordingsFolder({ dataDir }: Pick<Config, 'dataDir'>): string {
	return path.join(dataDir, 'recordings');
}

/** `log`: the packets while it goes on; `webm`: the film; `webm.part`: a film that is being made. */
export function recordingFile(
	config: Pick<Config, 'dataDir'>,
	id: string,
	kind: 'log' | 'webm' | 'webm.part',
): string {
	return path.join(recordingsFolder(config), `${id}.${kind}`);
}
