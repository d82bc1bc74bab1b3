import { captionsIn } from '#db/captions.ts';
import { readMeeting } from '#db/meetings.ts';
import { readRecording } from '#db/recordings.ts';
import { webVtt } from '#domain/captions.ts';
import { Refusal } from '#domain/errors.ts';
import { database } from '#lib/server/database.ts';
import { textFile } from '#lib/server/files.ts';

// The times count from when the meeting went live, or with `?recording=` from the beginning of that recording.
export const GET = async ({ request, locals, params, url }) => {
	const db = database();
	const { row } = await readMeeting(db, locals.actor, params.slug);
	const lines = await captionsIn(db, row.id, params.language);
	if (lines.length === 0) throw new Refusal('not-found');
	const recordingId = url.searchParams.get('recording');
	const beginsAt = recordingId
		? (await readRecording(db, locals.actor, params.slug, recordingId)).startedAt
		: (row.wentLiveAt ?? row.startsAt);
	const text = webVtt(lines, params.language, new Date(beginsAt).getTime());
	const name = recordingId ? undefined : `${row.slug}.${params.language}.vtt`;
	return textFile(request, text, { type: 'text/vtt', name });
};
