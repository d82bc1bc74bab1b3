// Days before the evening, over sockets: asked on one line, vetted on another, on everybody's screen; and all of it is there when it goes live.
import { beforeAll, expect, test, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { publishMeeting } from '#db/meetings.ts';
import { wallClock } from '#domain/meetings.ts';
import { anEvening, dana } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { openLine, until } from './line.ts';
import { makeTown } from './town.ts';

vi.setConfig({ testTimeout: 60_000 });

const config = testConfig();
let db: Database;
let server: ServerProcess;

beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	server = await town.start();
});

const local = (hours: number) => wallClock(new Date(Date.now() + hours * 3_600_000), anEvening.timeZone);

test('asked and vetted before the evening, counted on every line, and in the hall when it goes live', async () => {
	const meeting = await createMeeting(db, dana, {
		...anEvening,
		startsAtLocal: local(72),
		endsAtLocal: local(74),
		questionsFromLocal: local(-1),
	});
	await publishMeeting(db, dana, { meetingId: meeting.id });
	const desk = await openLine(server.url, await signedInBrowser(db, config, dana));
	const [asker, other] = [
		await openLine(server.url, visitorBrowser(config)),
		await openLine(server.url, visitorBrowser(config)),
	];
	for (const line of [desk, asker, other]) expect(await line.join(meeting.slug)).toMatchObject({ ok: true });

	const asked = await asker.send('question:ask', {
		meetingId: meeting.id,
		text: 'When is the crossing on Elm Street built?',
		anonymous: true,
	});
	expect(asked).toMatchObject({ ok: true, result: { state: 'submitted' } });
	const questionId = (asked as { result: { id: string } }).result.id;
	await until(() => desk.events.some(({ type }) => type === 'desk:question'));
	expect(other.events.filter(({ type }) => type.startsWith('question:'))).toEqual([]);

	expect(await desk.send('question:act', { questionIds: [questionId], act: 'publish' })).toMatchObject({
		ok: true,
	});
	await until(() => other.events.some(({ type }) => type === 'question:changed'));
	expect(await other.send('question:vote', { questionId, on: true })).toMatchObject({ ok: true });
	expect(await asker.send('question:vote', { questionId, on: true })).toMatchObject({
		ok: false,
		code: 'own-question',
	});
	await until(() =>
		asker.events.some((event) => event.type === 'question:counted' && event.payload.tallies[0]?.votes === 1),
	);
	expect(await desk.send('question:act', { questionIds: [questionId], act: 'put-on-air' })).toMatchObject({
		ok: false,
		code: 'meeting-not-live',
	});
	expect(await desk.send('meeting:go-live', { meetingId: meeting.id })).toMatchObject({ ok: true });
	expect(await desk.send('question:act', { questionIds: [questionId], act: 'put-on-air' })).toMatchObject({
		ok: true,
	});
	await until(() =>
		other.events.some(
			(event) => event.type === 'question:changed' && event.payload.question.state === 'on-air',
		),
	);
	for (const line of [desk, asker, other]) line.close();
});
