// Journeys: the moment of a meeting in which something was said, and whether a film shows it.
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { readConcern } from '#db/concerns.ts';
import { concernsWithin, journeyOf } from '#db/journeys.ts';
import { actOnQuestions } from '#db/questionActs.ts';
import * as recordings from '#db/recordings.ts';
import { meetings } from '#db/schema/index.ts';
import { momentPath } from '#domain/journeys.ts';
import { dana, settle } from '#tests/cast.ts';
import { concernOf } from '#tests/promises.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

test('a question is heard when it was on air, also where it was captured before; the film is linked while it can be watched', async () => {
	const { number, questionId, meetingId } = await concernOf(db, { isAcknowledged: false });
	const { id } = await readConcern(db, number);
	// The meeting has gone on for ten minutes; the question was asked and captured when it began.
	const wentLiveAt = new Date(Date.now() - 600_000);
	const [{ slug } = { slug: '' }] = await db
		.update(meetings)
		.set({ wentLiveAt })
		.where(eq(meetings.id, meetingId))
		.returning();
	const moment = async () => {
		const steps = await journeyOf(db, await concernsWithin(db, id), []);
		return steps.find((step) => step.kind === 'said')!.moment!;
	};
	expect(await moment()).toMatchObject({ second: 0, film: false });

	const recordingId = await recordings.beginRecording(db, meetingId, 30);
	await actOnQuestions(db, dana, { act: 'put-on-air', questionIds: [questionId] });
	const { second, film } = await moment();
	expect(second).toBeGreaterThanOrEqual(600);
	expect(film).toBe(false);
	expect(momentPath(await moment())).toBe(`/meetings/${slug}`);
	await recordings.endRecording(db, recordingId);
	expect((await moment()).film).toBe(false);
	await recordings.finishRecording(db, recordingId, { seconds: 120, bytes: 1_000 });
	expect(momentPath(await moment())).toBe(`/meetings/${slug}?at=${second}#recordings`);
	await recordings.removeRecording(db, dana, { recordingId, reason: 'An address was read out.' });
	expect(await moment()).toMatchObject({ second, film: false });
});
