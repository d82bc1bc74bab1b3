// What the city did: recorded on the map, linked to pins, told to their authors once.
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
	activitiesFor,
	activitiesOf,
	changeActivity,
	recordActivity,
	removeActivity,
} from '#db/activities.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { eventsAfter } from '#db/events.ts';
import { readMails } from '#db/mail.ts';
import { publishedPins } from '#db/pinReads.ts';
import { closeRound, reportRound } from '#db/rounds.ts';
import { audit, mails } from '#db/schema/index.ts';
import { mapRoom } from '#domain/events.ts';
import type { Round } from '#domain/rounds.ts';
import { dana, guest, maria, sam, settle, tom } from '#tests/cast.ts';
import { middle, openMap, outside, pinOf } from '#tests/maps.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
let round: Round;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
beforeEach(async () => {
	await db.delete(mails);
	round = await openMap(db);
});
afterAll(() => closeDatabase(db));

const ann = guest('ann');
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const letter = ({ activity }: { activity: { note: string } }) => ({
	subject: 'About your pin',
	text: activity.note,
	html: activity.note,
});
const done = (more: object = {}) => ({
	...{ roundId: round.id, kind: 'enforcement' as const, at: middle, stretch: null },
	...{ fromDay: '2026-11-10', untilDay: '2026-11-12', counts: { stops: 14, citations: 6 } },
	...{ note: 'Radar at school hours on three mornings.', pins: [] as string[] },
	...more,
});
const record = (more: object = {}, actor = sam, id?: string) =>
	recordActivity(db, actor, done(more), letter, id);
const stateOf = async (id: string) => (await publishedPins(db, round.id)).find((pin) => pin.id === id)?.state;

test('staff record what was done: the pins are acted on, and everybody is told', async () => {
	const pin = await pinOf(db, ann, round.id);
	const activity = await record({ pins: [pin.id] });
	expect(activity).toMatchObject({
		kind: 'enforcement',
		counts: { stops: 14, citations: 6 },
		pins: [pin.id],
	});
	expect(await stateOf(pin.id)).toBe('acted-on');
	expect(await activitiesOf(db, round.id)).toEqual([activity]);
	expect(await activitiesFor(db, pin.id)).toEqual([activity]);
	const types = (await eventsAfter(db, mapRoom(round.id), 0)).map(({ type }) => type);
	expect(types.slice(-2).sort()).toEqual(['activity:recorded', 'pin:facts']);
	const [note] = await db
		.select()
		.from(audit)
		.where(eq(audit.subject, `activity:${activity.id}`));
	expect(note).toMatchObject({ verb: 'activity:record', personId: 'sam' });
	expect(JSON.stringify(activity)).not.toContain('sam');
});

test('sent twice it is one', async () => {
	const id = randomUUID();
	await record({}, sam, id);
	await record({}, sam, id);
	expect(await activitiesOf(db, round.id)).toHaveLength(1);
});

test('authors who asked for it get one mail, whatever is changed afterwards; others get none', async () => {
	const first = await pinOf(db, maria, round.id, { tellMe: true });
	const second = await pinOf(db, maria, round.id, { tellMe: true, at: { lat: 41.6201, lng: -90.58 } });
	const silent = await pinOf(db, tom, round.id);
	const { id } = await record({ pins: [first.id, silent.id] });
	expect((await readMails(db)).map(({ recipient }) => recipient)).toEqual(['maria@example.org']);
	const { roundId: _, ...change } = done({ pins: [first.id, second.id], note: 'Radar on four mornings.' });
	await changeActivity(db, sam, { activityId: id, ...change }, letter);
	await changeActivity(db, sam, { activityId: id, ...change, pins: [] }, letter);
	await changeActivity(db, sam, { activityId: id, ...change }, letter);
	expect(await readMails(db)).toHaveLength(1);
	await record({ pins: [second.id] });
	expect(await readMails(db)).toHaveLength(2);
});

test('a mail that cannot be written leaves nothing behind', async () => {
	const pin = await pinOf(db, maria, round.id, { tellMe: true });
	const broken = () => {
		throw new Error('no such letter');
	};
	await expect(recordActivity(db, sam, done({ pins: [pin.id] }), broken)).rejects.toThrow('no such letter');
	expect(await activitiesOf(db, round.id)).toEqual([]);
	expect(await stateOf(pin.id)).toBe('open');
});

test('a pin that nothing answers any more is looked into again', async () => {
	const [one, two] = [await pinOf(db, ann, round.id), await pinOf(db, tom, round.id)];
	const first = await record({ pins: [one.id, two.id] });
	const second = await record({ pins: [two.id], kind: 'signs' });
	await removeActivity(db, dana, { activityId: first.id });
	await removeActivity(db, dana, { activityId: first.id });
	expect([await stateOf(one.id), await stateOf(two.id)]).toEqual(['looking-into', 'acted-on']);
	expect(await activitiesOf(db, round.id)).toEqual([second]);
	const last = (await eventsAfter(db, mapRoom(round.id), 0)).at(-1);
	expect(last).toMatchObject({ type: 'activity:removed', payload: { activityId: first.id } });
});

test.each([
	['by a resident', {}, maria, 'forbidden'],
	['by somebody who is not signed in', {}, ann, 'sign-in-needed'],
	['outside the boundary', { at: outside }, sam, 'outside-boundary'],
	['along a street that leaves the boundary', { stretch: [middle, outside] }, sam, 'outside-boundary'],
	['that ends before it begins', { untilDay: '2026-11-01' }, sam, 'bad-input'],
	['that counts officers', { counts: { officers: 3 } }, sam, 'bad-input'],
	['for a pin that is not there', { pins: [randomUUID()] }, sam, 'not-found'],
	['in a round that is not there', { roundId: randomUUID() }, sam, 'not-found'],
])('an activity %s is refused', async (_, more, actor, code) => {
	await expect(record(more, actor)).rejects.toEqual(refused(code));
	expect(await activitiesOf(db, round.id)).toEqual([]);
});

test('neither held pins nor those of another round are answered', async () => {
	const elsewhere = await pinOf(db, ann, round.id);
	round = await openMap(db, { vetting: true });
	const held = await pinOf(db, ann, round.id);
	await expect(record({ pins: [held.id] })).rejects.toEqual(refused('not-found'));
	await expect(record({ pins: [elsewhere.id] })).rejects.toEqual(refused('not-found'));
});

test('only somebody of the city changes or removes it', async () => {
	const { id } = await record();
	const { roundId: _, ...change } = done();
	await expect(changeActivity(db, maria, { activityId: id, ...change }, letter)).rejects.toEqual(
		refused('forbidden'),
	);
	await expect(removeActivity(db, maria, { activityId: id })).rejects.toEqual(refused('forbidden'));
	await expect(changeActivity(db, sam, { activityId: randomUUID(), ...change }, letter)).rejects.toEqual(
		refused('not-found'),
	);
	expect(await activitiesOf(db, round.id)).toHaveLength(1);
});

test('after the round has closed it goes on until the report is out', async () => {
	await closeRound(db, dana, { roundId: round.id });
	const { id } = await record();
	await reportRound(db, dana, { roundId: round.id, summary: 'What came of November.' });
	await expect(record()).rejects.toEqual(refused('round-state'));
	await expect(removeActivity(db, sam, { activityId: id })).rejects.toEqual(refused('round-state'));
});
