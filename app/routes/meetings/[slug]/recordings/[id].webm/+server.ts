import { readRecording } from '#db/recordings.ts';
import { recordingFile } from '#db/recordingFiles.ts';
import { database, shared } from '#lib/server/database.ts';
import { partOfFile } from '#lib/server/files.ts';

export const GET = async ({ request, locals, params }) => {
	const { id } = await readRecording(database(), locals.actor, params.slug, params.id);
	return partOfFile(request, recordingFile(shared().config, id, 'webm'), 'video/webm');
};
