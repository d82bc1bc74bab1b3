// Registering: places that are never given twice, a waiting list in order, offers, reminders, and that nobody learns who has registered.
import { and, asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { readConfig } from '#config';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { registrationToken } from '#db/letterTokens.ts';
import { cancelMeeting, publishMeeting } from '#db/meetings.ts';
import { createMeeting, editMeeting } from '#db/meetingPlans.ts';
import {
	remindRegistered,
	writeRegistrationLetters,
	type RegistrationLetter,
} from '#db/registrationLetters.ts';
import {
	cancelForSomebody,
	cancelRegistration,
	passOffersOn,
	readRegistration,
	register,
	setRegistration,
	takeOffer,
} from '#db/registrations.ts';
import { setKeptDays } from '#db/retentionSettings.ts';
import { mails, registrationLetters, registrations, retentionDays } from '#db/schema/index.ts';
import { wallClock, type MeetingInput } from '#domain/meetings.ts';
import { nobody } from '#domain/people.ts';
import type { RegistrationState } from '#domain/registrations.ts';
import { registeredLetter } from '#lib/server/registeredLetters.ts';
import { ada, anEvening, dana, maria, sam, settle } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
let url: string;
beforeAll(async () => {
	url = await testDatabase();
	db = openDatabase(url);
	await settle(db);
});
afterAll(() => closeDatabase(db));
beforeEach(async () => {
	await db.delete(registrations);
	await db.delete(mails);
});

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const hybrid = {
	...{ ...anEvening, placeKind: 'hybrid' as const, place: 'Lincoln School' },
	...{ startsAtLocal: '2027-03-18T18:30', endsAtLocal: '2027-03-18T20:00' },
} satisfies MeetingInput;

async function meetingFor(places: number | null, more: Partial<MeetingInput> = {}): Promise<string> {
	const { id } = await createMeeting(db, dana, { ...hybrid, ...more });
	await publishMeeting(db, dana, { meetingId: id });
	await open(id, places);
	return id;
}
const open = (meetingId: string, places: number | null, more = {}) =>
	setRegistration(db, dana, {
		meetingId,
		places,
		isOpen: true,
		asks: [],
		reminders: [10_080, 1440, 60],
		...more,
	});
const come = (meetingId: string, who: string, way: 'room' | 'online' = 'room', answers = {}) =>
	register(db, nobody, { meetingId, email: `${who}@example.org`, way, answers });
const rowOf = async (meetingId: string, who: string) =>
	(
		await db
			.select()
			.from(registrations)
			.where(and(eq(registrations.meetingId, meetingId), eq(registrations.email, `${who}@example.org`)))
	)[0]!;
const tokenOf = async (meetingId: string, who: string) => ({
	token: registrationToken((await rowOf(meetingId, who)).id),
});
async function inState(meetingId: string, state: RegistrationState): Promise<string[]> {
	const rows = await db
		.select()
		.from(registrations)
		.where(and(eq(registrations.meetingId, meetingId), eq(registrations.state, state)))
		.orderBy(asc(registrations.place));
	return rows.map(({ email }) => email.split('@')[0]!);
}
/** Letters written now: kind and reader, in the order they were asked for. */
async function letters(): Promise<string[]> {
	const seen: RegistrationLetter[] = [];
	await writeRegistrationLetters(db, (letter) => {
		seen.push(letter);
		return { subject: letter.kind, text: letter.own, html: '' };
	});
	const written = await db.select().from(mails).orderBy(asc(mails.writtenAt));
	await db.delete(mails);
	return written.map(({ subject, recipient }) => `${subject} ${recipient.split('@')[0]}`);
}

/**
 * Registers as so many processes do, each with its own memory and its own connections: within one they wait for each other, and the lock in
 * the database would have nothing to do.
 */
async function comeOverProcesses(count: number, meetingId: string, people: string[]): Promise<void> {
	const processes: ((who: string) => Promise<unknown>)[] = [];
	for (let one = 0; one < count; one++) {
		vi.resetModules();
		const [client, its] = await Promise.all([import('#db/client.ts'), import('#db/registrations.ts')]);
		const connections = client.openDatabase(url, 2);
		onTestFinished(() => client.closeDatabase(connections));
		processes.push((who) =>
			its.register(connections, nobody, {
				...{ meetingId, email: `${who}@example.org`, way: 'room', answers: {} },
			}),
		);
	}
	await Promise.all(people.map((who, i) => processes[i % count]!(who)));
}

test('two hundred at once for fifty places: fifty have one, the others wait in order; ten cancel, ten are offered', async () => {
	const meetingId = await meetingFor(50);
	const people = Array.from({ length: 200 }, (_, i) => `p${i}`);
	await comeOverProcesses(8, meetingId, people);
	const [confirmed, waiting] = [await inState(meetingId, 'confirmed'), await inState(meetingId, 'waiting')];
	expect([confirmed.length, waiting.length]).toEqual([50, 150]);
	await Promise.all(
		confirmed.slice(0, 10).map(async (who) => cancelRegistration(db, nobody, await tokenOf(meetingId, who))),
	);
	// Those who wait longest, and each once.
	expect(await inState(meetingId, 'offered')).toEqual(waiting.slice(0, 10));
	expect((await inState(meetingId, 'waiting')).length).toBe(140);
	const told = await letters();
	expect(told.filter((one) => one.startsWith('offered ')).sort()).toEqual(
		waiting
			.slice(0, 10)
			.map((who) => `offered ${who}`)
			.sort(),
	);
	expect(told.filter((one) => one.startsWith('cancelled ')).length).toBe(10);
	// All answer at once, some twice: never more than the room holds.
	await Promise.all(
		[...waiting.slice(0, 10), ...waiting.slice(0, 5)].map(async (who) =>
			takeOffer(db, nobody, await tokenOf(meetingId, who)),
		),
	);
	expect((await inState(meetingId, 'confirmed')).length).toBe(50);
});

describe('who registers', () => {
	test('online has no limit; who comes after those who wait does not pass them', async () => {
		const meetingId = await meetingFor(1);
		await come(meetingId, 'ann');
		await come(meetingId, 'bea');
		await come(meetingId, 'cleo', 'online');
		await cancelRegistration(db, nobody, await tokenOf(meetingId, 'ann'));
		await come(meetingId, 'dora');
		expect(await inState(meetingId, 'confirmed')).toEqual(['cleo']);
		expect(await inState(meetingId, 'offered')).toEqual(['bea']);
		expect(await inState(meetingId, 'waiting')).toEqual(['dora']);
	});

	test('twice, in large letters, or again: one place and one letter more; nothing tells that it was there', async () => {
		const meetingId = await meetingFor(5);
		expect(await come(meetingId, 'ann')).toBeUndefined();
		expect(await come(meetingId, 'ANN')).toBeUndefined();
		await Promise.all(Array.from({ length: 5 }, () => come(meetingId, 'ann')));
		expect(await inState(meetingId, 'confirmed')).toEqual(['ann']);
		expect((await letters()).sort()).toEqual(['again ann', 'confirmed ann']);
	});

	test('is asked only what the meeting asks', async () => {
		const meetingId = await meetingFor(null);
		await open(meetingId, null, { asks: ['childcare', 'access'] });
		await come(meetingId, 'ann', 'room', {
			childcare: 2,
			access: 'A ramp',
			travel: 'bus',
			language: 'Somali',
		});
		expect((await rowOf(meetingId, 'ann')).answers).toEqual({ childcare: 2, access: 'A ramp' });
	});

	test('cannot where it is closed, over, a draft, or not to be had that way', async () => {
		const meetingId = await meetingFor(5);
		await open(meetingId, 5, { isOpen: false });
		await expect(come(meetingId, 'ann')).rejects.toEqual(refused('registration-closed'));
		const { id: draft } = await createMeeting(db, dana, hybrid);
		await open(draft, 5);
		await expect(come(draft, 'ann')).rejects.toEqual(refused('registration-closed'));
		const past = await meetingFor(5, { startsAtLocal: '2026-01-05T18:30', endsAtLocal: '2026-01-05T20:00' });
		await expect(come(past, 'ann')).rejects.toEqual(refused('registration-closed'));
		const online = await meetingFor(null, { placeKind: 'online' });
		await expect(come(online, 'ann')).rejects.toEqual(refused('bad-input'));
		await expect(
			register(db, nobody, { meetingId, email: 'nonsense', way: 'room', answers: {} }),
		).rejects.toEqual(refused('bad-input'));
	});
});

describe('a place', () => {
	test('that was offered and not taken in time is given on', async () => {
		const meetingId = await meetingFor(1);
		for (const who of ['ann', 'bea', 'cleo']) await come(meetingId, who);
		await cancelRegistration(db, nobody, await tokenOf(meetingId, 'ann'));
		await passOffersOn(db);
		expect(await inState(meetingId, 'offered')).toEqual(['bea']);
		const late = new Date(Date.now() + 25 * 3_600_000);
		await Promise.all([passOffersOn(db, late), passOffersOn(db, late)]);
		expect([await inState(meetingId, 'lapsed'), await inState(meetingId, 'offered')]).toEqual([
			['bea'],
			['cleo'],
		]);
		await expect(takeOffer(db, nobody, await tokenOf(meetingId, 'bea'))).rejects.toEqual(
			refused('offer-gone'),
		);
		// Whoever comes back stands at the end.
		await come(meetingId, 'bea');
		expect(await inState(meetingId, 'waiting')).toEqual(['bea']);
	});

	test('that was declined is offered to the next; cancelled twice it is given on once', async () => {
		const meetingId = await meetingFor(1);
		for (const who of ['ann', 'bea', 'cleo']) await come(meetingId, who);
		const ann = await tokenOf(meetingId, 'ann');
		await Promise.all([cancelRegistration(db, nobody, ann), cancelRegistration(db, nobody, ann)]);
		await cancelRegistration(db, nobody, await tokenOf(meetingId, 'bea'));
		expect(await inState(meetingId, 'offered')).toEqual(['cleo']);
		await takeOffer(db, nobody, await tokenOf(meetingId, 'cleo'));
		await takeOffer(db, nobody, await tokenOf(meetingId, 'cleo'));
		expect(await inState(meetingId, 'confirmed')).toEqual(['cleo']);
	});

	test('more of them are offered to those who wait; with fewer nobody loses theirs', async () => {
		const meetingId = await meetingFor(1);
		for (const who of ['ann', 'bea', 'cleo']) await come(meetingId, who);
		await open(meetingId, 2);
		expect(await inState(meetingId, 'offered')).toEqual(['bea']);
		await open(meetingId, 1);
		expect([await inState(meetingId, 'confirmed'), await inState(meetingId, 'offered')]).toEqual([
			['ann'],
			['bea'],
		]);
		await open(meetingId, null);
		expect(await inState(meetingId, 'offered')).toEqual(['bea', 'cleo']);
	});

	test('that comes free too late to be offered goes to whoever waits longest, and they are told that it is theirs', async () => {
		// It begins in 50 minutes: an offer could be held for none of them.
		const local = (minutes: number) =>
			wallClock(new Date(Date.now() + minutes * 60_000), hybrid.timeZone).slice(0, 16);
		const meetingId = await meetingFor(2, { startsAtLocal: local(50), endsAtLocal: local(140) });
		for (const who of ['ann', 'bea', 'cleo', 'dora', 'eva']) await come(meetingId, who);
		await letters();
		await cancelRegistration(db, nobody, await tokenOf(meetingId, 'ann'));
		expect(await inState(meetingId, 'confirmed')).toEqual(['bea', 'cleo']);
		// More places, too; and who comes then has the one that nobody waits for.
		await open(meetingId, 5);
		await come(meetingId, 'fay');
		expect(await inState(meetingId, 'confirmed')).toEqual(['bea', 'cleo', 'dora', 'eva', 'fay']);
		const told: string[] = [];
		await writeRegistrationLetters(db, (letter) => {
			const words = registeredLetter(readConfig(), letter);
			told.push(`${letter.kind}: ${words.text.includes('A place has come free, and it is yours.')}`);
			return words;
		});
		expect(told.sort()).toEqual([
			'cancelled: false',
			'confirmed: false',
			...['confirmed: true', 'confirmed: true', 'confirmed: true'],
		]);
	});

	test('of a meeting that is called off is neither taken nor given on, and nothing more is written of it', async () => {
		const meetingId = await meetingFor(1);
		for (const who of ['ann', 'bea', 'cleo']) await come(meetingId, who);
		await letters();
		await cancelRegistration(db, nobody, await tokenOf(meetingId, 'ann'));
		await cancelMeeting(db, dana, { meetingId, reason: 'Snow' });
		await expect(takeOffer(db, nobody, await tokenOf(meetingId, 'bea'))).rejects.toEqual(
			refused('meeting-state'),
		);
		await passOffersOn(db, new Date(Date.now() + 25 * 3_600_000));
		expect(await inState(meetingId, 'offered')).toEqual(['bea']);
		await cancelRegistration(db, nobody, await tokenOf(meetingId, 'cleo'));
		// That bea was offered a place, and ann gave hers back, was not written yet.
		expect((await letters()).sort()).toEqual(['called-off bea', 'called-off cleo']);
	});

	test('is opened by its token alone, and cancelled at the desk by moderators alone', async () => {
		const meetingId = await meetingFor(1);
		await come(meetingId, 'ann');
		const { id } = await rowOf(meetingId, 'ann');
		expect(await readRegistration(db, 'e30.nonsense')).toBeNull();
		await expect(cancelRegistration(db, nobody, { token: id })).rejects.toEqual(refused('link-gone'));
		expect((await readRegistration(db, registrationToken(id)))?.registration.email).toBe('ann@example.org');
		for (const who of [maria, sam])
			await expect(cancelForSomebody(db, who, { registrationId: id })).rejects.toEqual(refused('forbidden'));
		await cancelForSomebody(db, dana, { registrationId: id });
		expect(await inState(meetingId, 'cancelled')).toEqual(['ann']);
		await expect(
			setRegistration(db, sam, { meetingId, places: 1, isOpen: true, asks: [], reminders: [] }),
		).rejects.toEqual(refused('forbidden'));
	});
});

describe('a meeting that changes its kind', () => {
	const becomes = (meetingId: string, placeKind: 'online' | 'in-person') =>
		editMeeting(db, dana, { meetingId, meeting: { ...hybrid, placeKind } });
	const roomOrOnline = async (meetingId: string) => {
		const rows = await db.select().from(registrations).where(eq(registrations.meetingId, meetingId));
		return rows.map(({ email, way, state }) => `${email.split('@')[0]} ${way} ${state}`).sort();
	};

	test('and loses its room: who had a place, was offered one or waited takes part online; who has cancelled does not', async () => {
		const meetingId = await meetingFor(2);
		for (const who of ['ann', 'bea', 'cleo', 'dora']) await come(meetingId, who);
		await come(meetingId, 'eva', 'online');
		await cancelRegistration(db, nobody, await tokenOf(meetingId, 'ann'));
		await letters();
		await becomes(meetingId, 'online');
		expect(await roomOrOnline(meetingId)).toEqual([
			'ann room cancelled',
			...['bea', 'cleo', 'dora', 'eva'].map((who) => `${who} online confirmed`),
		]);
		expect((await letters()).sort()).toEqual(['moved bea', 'moved cleo', 'moved dora', 'moved eva']);
		await expect(takeOffer(db, nobody, await tokenOf(meetingId, 'cleo'))).resolves.toBeUndefined();
	});

	test('and is in the room alone: who was online has what is free, in the order they came', async () => {
		const meetingId = await meetingFor(2);
		await come(meetingId, 'ann');
		for (const who of ['bea', 'cleo', 'dora']) await come(meetingId, who, 'online');
		await letters();
		await becomes(meetingId, 'in-person');
		expect(await roomOrOnline(meetingId)).toEqual([
			'ann room confirmed',
			'bea room confirmed',
			'cleo room waiting',
			'dora room waiting',
		]);
		expect((await letters()).sort()).toEqual(['moved ann', 'moved bea', 'moved cleo', 'moved dora']);
		await cancelRegistration(db, nobody, await tokenOf(meetingId, 'ann'));
		expect(await inState(meetingId, 'offered')).toEqual(['cleo']);
	});

	test('and is in the room alone: nobody passes those who wait for it, however early they came', async () => {
		const meetingId = await meetingFor(1);
		for (const who of ['ann', 'bea']) await come(meetingId, who, 'online');
		for (const who of ['cleo', 'dora']) await come(meetingId, who);
		await becomes(meetingId, 'in-person');
		expect([await inState(meetingId, 'confirmed'), await inState(meetingId, 'waiting')]).toEqual([
			['cleo'],
			['dora', 'ann', 'bea'],
		]);
	});
});

describe('reminders', () => {
	/** Goes through time in steps of so many minutes, and notes when which letter came; two ask at once wherever one did. */
	async function remindedBetween(from: string, to: string, minutes = 60): Promise<string[]> {
		const told: string[] = [];
		let asked = await db.$count(registrationLetters);
		for (let at = Date.parse(from); at <= Date.parse(to); at += minutes * 60_000) {
			const now = new Date(at);
			await remindRegistered(db, now);
			const count = await db.$count(registrationLetters);
			if (count === asked) continue;
			await Promise.all([remindRegistered(db, now), remindRegistered(db, now)]);
			asked = await db.$count(registrationLetters);
			expect(asked).toBe(count);
			for (const letter of await letters()) told.push(`${now.toISOString()} ${letter}`);
		}
		return told;
	}
	const registeredBefore = (moment: string) =>
		db.update(registrations).set({ registeredAt: new Date(moment) });

	test('come seven days, one day and one hour before, over the night in which the clocks change, each once', async () => {
		// Clocks go forward on 14 March 2027 in Chicago.
		const meetingId = await meetingFor(5, {
			...{ startsAtLocal: '2027-03-14T18:30', endsAtLocal: '2027-03-14T20:00' },
		});
		await come(meetingId, 'ann');
		await registeredBefore('2027-03-01T00:00Z');
		await letters();
		expect(await remindedBetween('2027-03-07T12:30Z', '2027-03-15T06:30Z')).toEqual([
			// 18:30 in winter, and in summer the hour before.
			'2027-03-08T00:30:00.000Z reminder ann',
			'2027-03-14T00:30:00.000Z reminder ann',
			'2027-03-14T22:30:00.000Z reminder ann',
		]);
	});

	test('none in the quiet hours: they wait for the morning, or come the evening before', async () => {
		const meetingId = await meetingFor(5, {
			...{ startsAtLocal: '2027-05-12T08:15', endsAtLocal: '2027-05-12T09:00' },
		});
		await open(meetingId, 5, { reminders: [1440, 60] });
		await come(meetingId, 'ann');
		await registeredBefore('2027-05-01T00:00Z');
		await letters();
		expect(await remindedBetween('2027-05-11T00:00Z', '2027-05-12T14:00Z', 15)).toEqual([
			'2027-05-11T13:15:00.000Z reminder ann',
			'2027-05-12T01:00:00.000Z reminder ann',
		]);
	});

	test('that are caught up with at night wait for the morning, unless that is too late', async () => {
		const evening = await meetingFor(5);
		const early = await meetingFor(5, {
			...{ startsAtLocal: '2027-03-18T08:15', endsAtLocal: '2027-03-18T09:00' },
		});
		await come(evening, 'ann');
		await come(early, 'bea');
		await registeredBefore('2027-03-01T00:00Z');
		await letters();
		// The server was down all day, until half past ten at night.
		expect(await remindedBetween('2027-03-18T03:30Z', '2027-03-18T13:30Z', 30)).toEqual([
			'2027-03-18T03:30:00.000Z reminder bea',
			'2027-03-18T13:00:00.000Z reminder ann',
		]);
	});

	test('of a meeting that is moved come for the new time alone, and of one that is called off not at all', async () => {
		const meetingId = await meetingFor(5);
		await come(meetingId, 'ann');
		await registeredBefore('2027-03-01T00:00Z');
		await letters();
		await remindRegistered(db, new Date('2027-03-12T00:00Z'));
		// It is asked for and not written yet when the meeting is moved.
		const times = { startsAtLocal: '2027-03-20T18:30', endsAtLocal: '2027-03-20T20:00' };
		await editMeeting(db, dana, { meetingId, meeting: { ...hybrid, ...times } });
		expect(await letters()).toEqual(['moved ann']);
		expect(await remindedBetween('2027-03-12T12:30Z', '2027-03-18T22:30Z')).toEqual([
			'2027-03-14T00:30:00.000Z reminder ann',
		]);
		await remindRegistered(db, new Date('2027-03-19T23:30Z'));
		await cancelMeeting(db, dana, { meetingId, reason: 'Snow' });
		expect(await letters()).toEqual(['called-off ann']);
		expect(await remindedBetween('2027-03-20T00:00Z', '2027-03-21T00:00Z')).toEqual([]);
	});

	test('that became due while nobody asked are one; who registers later gets the next', async () => {
		const meetingId = await meetingFor(5);
		await come(meetingId, 'ann');
		await registeredBefore('2027-03-01T00:00Z');
		await come(meetingId, 'late');
		await db
			.update(registrations)
			.set({ registeredAt: new Date('2027-03-18T10:00Z') })
			.where(eq(registrations.email, 'late@example.org'));
		await letters();
		await remindRegistered(db, new Date('2027-03-18T13:00Z'));
		expect(await letters()).toEqual(['reminder ann']);
		await remindRegistered(db, new Date('2027-03-18T22:45Z'));
		expect((await letters()).sort()).toEqual(['reminder ann', 'reminder late']);
	});

	test('that were due before somebody had a place are not for them: who takes an offer gets the next', async () => {
		const at = (days: number) => new Date(Date.now() + days * 86_400_000);
		const local = (days: number, time: string) =>
			`${wallClock(at(days), hybrid.timeZone).slice(0, 10)}T${time}`;
		// In three days: the reminder of seven days before was due four days ago, when bea waited.
		const meetingId = await meetingFor(1, {
			...{ startsAtLocal: local(3, '18:30'), endsAtLocal: local(3, '20:00') },
		});
		await open(meetingId, 1, { reminders: [10_080, 1440] });
		for (const who of ['ann', 'bea']) await come(meetingId, who);
		await registeredBefore(at(-10).toISOString());
		await cancelRegistration(db, nobody, await tokenOf(meetingId, 'ann'));
		await takeOffer(db, nobody, await tokenOf(meetingId, 'bea'));
		await letters();
		expect(await remindedBetween(at(0).toISOString(), at(1.5).toISOString(), 30)).toEqual([]);
		const { startsAt } = (await readRegistration(db, (await tokenOf(meetingId, 'bea')).token))!.meeting;
		await remindRegistered(db, new Date(startsAt.getTime() - 86_400_000 + 3_600_000));
		expect(await letters()).toEqual(['reminder bea']);
	});

	test('are not sent to those who wait or have cancelled', async () => {
		const meetingId = await meetingFor(1);
		for (const who of ['ann', 'bea']) await come(meetingId, who);
		await registeredBefore('2027-03-01T00:00Z');
		await letters();
		await remindRegistered(db, new Date('2027-03-17T23:45Z'));
		await cancelRegistration(db, nobody, await tokenOf(meetingId, 'ann'));
		expect((await letters()).sort()).toEqual(['cancelled ann', 'offered bea']);
	});
});

test('a letter that says what is so no more is not written; none is written twice', async () => {
	const meetingId = await meetingFor(1);
	for (const who of ['ann', 'bea']) await come(meetingId, who);
	await cancelRegistration(db, nobody, await tokenOf(meetingId, 'ann'));
	await takeOffer(db, nobody, await tokenOf(meetingId, 'bea'));
	let made = 0;
	const write = ({ kind, own }: RegistrationLetter) => ({ subject: kind, text: own, html: String(made++) });
	await Promise.all([writeRegistrationLetters(db, write), writeRegistrationLetters(db, write)]);
	const written = await db.select().from(mails);
	expect(written.map(({ subject, recipient }) => `${subject} ${recipient}`).sort()).toEqual([
		'cancelled ann@example.org',
		'confirmed bea@example.org',
	]);
	expect(await db.$count(registrationLetters, eq(registrationLetters.kind, 'waiting'))).toBe(1);
});

test('a letter says how many days after the meeting the address is forgotten, as an admin has set them', async () => {
	const said = async (who: string) => {
		await come(await meetingFor(5), who);
		let text = '';
		await writeRegistrationLetters(db, (letter) => {
			const words = registeredLetter(readConfig(), letter);
			text = words.text;
			return words;
		});
		return /forgotten .* after the meeting/.exec(text)?.[0];
	};
	expect(await said('ann')).toBe('forgotten 30 days after the meeting');
	await setKeptDays(db, ada, { kind: 'registrations', days: 90 });
	onTestFinished(async () => void (await db.delete(retentionDays)));
	expect(await said('bea')).toBe('forgotten 90 days after the meeting');
});
