import { isBearer } from '#db/bearer.ts';
import { writeCaption } from '#db/captions.ts';
import { readMeeting } from '#db/meetings.ts';
import { Refusal } from '#domain/errors.ts';
import { system } from '#domain/people.ts';
import { shared } from '#lib/server/database.ts';

// Where a program that understands speech, or a captioning service, writes its lines: `{"language": "en", "text": "…", "typedForMs": 2000}`.
export const POST = async ({ request, params }) => {
	const { db, config } = shared();
	if (!isBearer(request.headers.get('authorization'), config.CAPTIONS_TOKEN)) throw new Refusal('not-found');
	const { row } = await readMeeting(db, system, params.slug);
	const line = (await request.json().catch(() => null)) as object | null;
	const caption = await writeCaption(db, system, { ...line, meetingId: row.id } as Parameters<
		typeof writeCaption
	>[2]);
	return Response.json(caption, { status: 201 });
};
