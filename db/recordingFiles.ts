// Where the files of recordings lie: beside the database of this machine, never in it.
import { readdir, rm } from 'node:fs/promises';
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

/** Ids of the recordings of which something lies on this machine. Others than ours may lie there. */
export const recordingIdsIn = (files: readonly string[]): string[] =>
	[...new Set(files.map((file) => file.slice(0, idLength)))].filter((id) => /^[0-9a-f-]{36}$/.test(id));
const idLength = 36;

/** Deletes the files of recordings, and whatever was made of them beside them: all that begins with their id. */
export async function removeRecordingFiles(
	config: Pick<Config, 'dataDir'>,
	ids: readonly string[],
): Promise<void> {
	if (ids.length === 0) return;
	const folder = recordingsFolder(config);
	for (const file of await readdir(folder).catch((): string[] => []))
		if (ids.includes(file.slice(0, idLength)))
			await rm(path.join(folder, file), { force: true, recursive: true });
}
