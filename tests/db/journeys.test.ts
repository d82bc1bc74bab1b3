// Journeys: the moment of a meeting in which something was said, whether a film shows it, and what became of a promise's words.
import { eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { readConcern } from '#db/concerns.ts';
import { gatherLetters } from '#db/digests.ts';
import { followSomething, unfollow } from '#db/followers.ts';
import { readFollowup } from '#db/followupReads.ts';
import { changeFollowup, setMilestones } from '#db/followups.ts';
import { concernsWithin, journeyOf, lastWords } from '#db/journeys.ts';
import { ownNews } from '#db/newsReads.ts';
import { actOnQuestions } from '#db/questionActs.ts';
import * as recordings from '#db/recordings.ts';
import { mails, meetings, units } from '#db/schema/index.ts';
import { momentPath } from '#domain/journeys.ts';
import { followupFeed } from '#lib/server/followupFeed.ts';
import { letterWriters } from '#lib/server/newsLetters.ts';
import { dana, maria, sam, settle } from '#tests/cast.ts';
import { concernOf, move, proposed } from '#tests/promises.ts';
import { testDatabase } from '#tests/setup/database.ts';
import { testConfig } from '#tests/signedIn.ts';

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

test('what follows from a move stands after it, though both are written in one moment', async () => {
	const { number } = await concernOf(db);
	const followup = await proposed(db, [number]);
	for (const to of ['committed', 'in-progress', 'done'] as const) await move(db, followup, to);
	const { id } = await readConcern(db, number);
	const steps = await journeyOf(db, [id], [await idOf(followup)]);
	expect(steps.map((step) => `${step.kind}${'to' in step ? ` ${step.to}` : ''}`)).toEqual([
		...['said', 'captured', 'concern-moved acknowledged', 'proposed', 'concern-moved accepted'],
		...['moved committed', 'moved in-progress', 'moved done', 'concern-moved resolved'],
	]);
});

const idOf = async (number: string) => (await readFollowup(db, sam, number)).followup.id;
const stepsOf = async (number: string) => journeyOf(db, [], [await idOf(number)]);
const changedIn = async (number: string) =>
	(await stepsOf(number)).flatMap((step) => (step.kind === 'changed' ? [step.changes] : []));
const newsOf = async (number: string) =>
	(await ownNews(db, maria)).filter(({ followup }) => followup?.number === number);

/** Changes what a follow-up says, as sam. */
async function change(number: string, more: object): Promise<void> {
	const { followup } = await readFollowup(db, sam, number);
	const { title, description, unitId, areaId, topic, priority, successMeasure, visibility, version } =
		followup;
	await changeFollowup(db, sam, {
		...{ title, description, unitId, areaId, topic, priority, successMeasure, visibility, version },
		...{ number, ownerId: followup.owner!.id },
		...more,
	});
}

test('a promise that is worded differently shows what it said before, and is told to those who follow it', async () => {
	const number = await proposed(db, [], { title: 'Mend the ligt' });
	await followSomething(db, maria, { kind: 'followup', subject: number });
	await change(number, { title: 'Mend the light' });
	await move(db, number, 'committed');
	expect((await newsOf(number)).map(({ kind }) => kind)).toEqual(['followup-moved']);
	await change(number, { title: 'Look at the light', successMeasure: '' });
	await change(number, { title: 'Look at the light again' });
	await change(number, { priority: 'low' });
	await change(number, { priority: 'low' });
	expect(await changedIn(number)).toEqual([
		[
			{ name: 'title', before: 'Mend the light', after: 'Look at the light' },
			{ name: 'successMeasure', before: 'The light burns at night.', after: '' },
		],
		[{ name: 'title', before: 'Look at the light', after: 'Look at the light again' }],
	]);
	expect((await newsOf(number)).map(({ kind, detail }) => [kind, detail['changed']])).toEqual([
		['followup-update', ['title']],
		['followup-update', ['title', 'successMeasure']],
		['followup-moved', undefined],
	]);
	const { news: write } = letterWriters(testConfig());
	await gatherLetters(db, write, new Date(Date.now() + 2 * 86_400_000));
	const [letter] = await db.select().from(mails).where(eq(mails.recipient, 'maria@example.org'));
	expect(letter!.text).toContain(
		'The words of the promise were changed: What will be done, How one can tell that it is done.',
	);
	const { words, followups } = await lastWords(db);
	const summaries = followupFeed(words, followups).entries.map(({ summary }) => summary);
	expect(summaries).toContain('What will be done: “Look at the light” → “Look at the light again”');
});

test('what a promise said while it was internal is told to nobody', async () => {
	const number = await proposed(db, [], { visibility: 'internal', title: 'About Mrs. Finch' });
	await followSomething(db, maria, { kind: 'everything', subject: '' });
	await move(db, number, 'committed');
	await change(number, { title: 'About the resident at 12 Elm Street' });
	await change(number, { title: 'A safe crossing', visibility: 'public' });
	expect(await changedIn(number)).toEqual([]);
	expect(await newsOf(number)).toEqual([]);
	await change(number, { title: 'A safer crossing' });
	expect(await changedIn(number)).toEqual([
		[{ name: 'title', before: 'A safe crossing', after: 'A safer crossing' }],
	]);
	await unfollow(db, maria, { kind: 'everything', subject: '' });
});

test('who promised it stays to be seen: also when another unit has it and the first has another name', async () => {
	const number = await proposed(db);
	await move(db, number, 'committed');
	const promisedBy = async () =>
		(await stepsOf(number)).flatMap((step) => (step.kind === 'moved' ? [step.unit] : []));
	expect(await promisedBy()).toEqual(['Traffic unit']);
	const [other] = await db.insert(units).values({ name: 'Public works' }).returning();
	await change(number, { unitId: other!.id });
	expect((await readFollowup(db, sam, number)).followup.unit).toBe('Public works');
	expect(await promisedBy()).toEqual(['Traffic unit']);
	await db.update(units).set({ name: 'Traffic and parking' }).where(eq(units.name, 'Traffic unit'));
	expect(await promisedBy()).toEqual(['Traffic unit']);
});

test('a milestone that is reached is told once, when the promise is public', async () => {
	const number = await proposed(db);
	await followSomething(db, maria, { kind: 'followup', subject: number });
	await move(db, number, 'committed');
	const milestone = { title: 'Wiring laid', weight: 1, dueOn: null, isDone: false };
	const set = async (...wanted: (typeof milestone)[]) => {
		const { followup, milestones: there } = await readFollowup(db, sam, number);
		const milestones = wanted.map((one, i) => ({ ...one, id: there[i]?.id ?? randomUUID() }));
		await setMilestones(db, sam, { number, version: followup.version, milestones });
	};
	const before = (await readFollowup(db, sam, number)).followup.toldAt;
	await set(milestone);
	expect((await readFollowup(db, sam, number)).followup.toldAt).toBe(before);
	await set({ ...milestone, isDone: true });
	await set({ ...milestone, isDone: true }, { ...milestone, title: 'Lamp up' });
	expect((await readFollowup(db, sam, number)).followup.toldAt > before).toBe(true);
	const reached = (await stepsOf(number)).flatMap((step) => (step.kind === 'reached' ? [step.text] : []));
	expect(reached).toEqual(['Wiring laid']);
	expect((await newsOf(number)).map(({ detail }) => detail['text'])).toEqual([
		'Wiring laid',
		expect.anything(),
	]);
	const internal = await proposed(db, [], { visibility: 'internal' });
	await move(db, internal, 'committed');
	const { version } = (await readFollowup(db, sam, internal)).followup;
	await setMilestones(db, sam, {
		...{ number: internal, version },
		milestones: [{ ...milestone, id: randomUUID(), isDone: true }],
	});
	expect((await stepsOf(internal)).map(({ kind }) => kind)).not.toContain('reached');
});
