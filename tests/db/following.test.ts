// Following: who is told what, when, and how often; and that nobody is told who did not ask for it.
import { eq, inArray, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { cleanUp } from '#db/cleaning.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { work } from '#db/command.ts';
import { acknowledgeConcern, takeConcern } from '#db/concernMoves.ts';
import { mergeConcerns } from '#db/concernMerges.ts';
import { gatherLetters, type Digest } from '#db/digests.ts';
import {
	confirmFollow,
	followByEmail,
	followedByToken,
	followSomething,
	isFollowed,
	readFollowing,
	setPeriod,
	stopLetters,
	stopOne,
	unfollow,
} from '#db/followers.ts';
import { askToken, stopToken } from '#db/letterTokens.ts';
import type { Letter } from '#db/mail.ts';
import { tell } from '#db/news.ts';
import { countNews, markNewsRead, ownNews } from '#db/newsReads.ts';
import { remindOwners, writeOwnerLetters, type OwnedDigest } from '#db/reminders.ts';
import {
	areas,
	concerns,
	followers,
	followups,
	follows,
	mails,
	news,
	notices,
	pushDevices,
} from '#db/schema/index.ts';
import { castVotes } from '#db/votes.ts';
import type { Period } from '#domain/following.ts';
import { nobody, system } from '#domain/people.ts';
import { letterWriters } from '#lib/server/newsLetters.ts';
import { dana, guest, maria, sam, settle, tom } from '#tests/cast.ts';
import { concernOf, move, proposed } from '#tests/promises.ts';
import { testConfig } from '#tests/signedIn.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));
beforeEach(async () => {
	await db.delete(followers);
	await db.delete(news);
	await db.delete(mails);
});

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const blank: Letter = { subject: 's', text: 't', html: 'h' };
/** A letter that lists the numbers of its news. */
const listing = ({ news: items }: Digest): Letter => ({
	...blank,
	text: items.map(({ id }) => id).join(' '),
});
const followerOf = async (email: string) =>
	(await db.select().from(followers).where(eq(followers.email, email)))[0];
const someConcern = async (number: string) =>
	(await db.select().from(concerns).where(eq(concerns.number, number)))[0]!;

/** Somebody with a confirmed address who follows a concern. */
async function confirmed(email: string, subject: string, period: Period = 'daily'): Promise<string> {
	let token = '';
	await followByEmail(db, { email, kind: 'concern', subject }, (given) => {
		token = given;
		return blank;
	});
	await confirmFollow(db, nobody, { token, period });
	await db.delete(mails).where(eq(mails.recipient, email));
	return (await followerOf(email))!.id;
}

/** Tells of a move of a concern at a moment. @returns the number of the news */
async function tellOf(number: string, now = new Date()): Promise<number> {
	const concern = await someConcern(number);
	await work(db, system, (the) =>
		tell(the, { kind: 'concern-moved', concern, now, detail: { to: 'accepted' } }),
	);
	const [row] = await db.select({ last: sql<number>`max(${news.id})::int` }).from(news);
	return row!.last;
}

test('over three periods, with the clocks set back in between, each piece of news is in exactly one letter, at the hour', async () => {
	const { number } = await concernOf(db);
	const periods: Record<string, Period> = {
		'now@example.org': 'at-once',
		'day@example.org': 'daily',
		'week@example.org': 'weekly',
	};
	for (const [email, period] of Object.entries(periods)) await confirmed(email, number, period);
	const told: number[] = [];
	const hours = new Map<string, string>();
	// From a Monday noon in Chicago, for three weeks and a little; on November 1 the clocks are set back.
	for (let hour = 0; hour <= 21 * 24; hour++) {
		const now = new Date(Date.UTC(2026, 9, 19, 17 + hour, 5));
		if (hour % 9 === 0 && hour < 490) told.push(await tellOf(number, now));
		const letter = (digest: Digest) => {
			const here = now.toLocaleString('en-US', {
				...({ timeZone: 'America/Chicago', weekday: 'short', hour: 'numeric', hourCycle: 'h23' } as const),
			});
			hours.set(listing(digest).text, here);
			return listing(digest);
		};
		// A second process, or the same again, finds nothing more.
		await gatherLetters(db, letter, now);
		if (hour % 24 === 0) expect(await gatherLetters(db, letter, now)).toBe(0);
	}
	const letters = await db.select().from(mails);
	for (const email of Object.keys(periods)) {
		const own = letters.filter(({ recipient }) => recipient === email);
		const inLetters = own.flatMap(({ text }) => text.split(' ').map(Number));
		expect(
			inLetters.sort((a, b) => a - b),
			email,
		).toEqual(told);
	}
	const of = (email: string) => letters.filter(({ recipient }) => recipient === email);
	expect(of('now@example.org')).toHaveLength(told.length);
	expect(of('day@example.org')).toHaveLength(21);
	expect(of('week@example.org')).toHaveLength(3);
	const at = (email: string) => new Set(of(email).map(({ text }) => hours.get(text)));
	expect([...at('day@example.org')].every((hour) => hour!.endsWith('07'))).toBe(true);
	expect([...at('week@example.org')]).toEqual([expect.stringMatching(/^Mon.*07$/)]);
}, 120_000);

test('two processes that write letters at the same time make one letter of what belongs together', async () => {
	const { number } = await concernOf(db);
	const emails = Array.from({ length: 8 }, (_, n) => `reader${n}@example.org`);
	for (const email of emails) await confirmed(email, number, 'at-once');
	for (let n = 0; n < 5; n++) await tellOf(number);
	const written = await Promise.all([gatherLetters(db, listing), gatherLetters(db, listing)]);
	expect(written[0] + written[1]).toBe(8);
	const letters = await db.select().from(mails).where(inArray(mails.recipient, emails));
	expect(letters.map(({ text }) => text.split(' ').length)).toEqual(Array(8).fill(5));
	expect(letters.every(({ unsubscribe }) => unsubscribe?.includes('/following/stop?token='))).toBe(true);
});

test('a letter that cannot be written keeps its news and holds up no other', async () => {
	const { number } = await concernOf(db);
	for (const email of ['a@example.org', 'b@example.org']) await confirmed(email, number, 'at-once');
	await db.update(followers).set({ locale: 'xx' }).where(eq(followers.email, 'a@example.org'));
	await tellOf(number);
	const stumbling = (digest: Digest) => {
		if (digest.locale === 'xx') throw new Error('no words for it');
		return listing(digest);
	};
	await expect(gatherLetters(db, stumbling)).rejects.toThrow('no words for it');
	expect((await db.select().from(mails)).map(({ recipient }) => recipient)).toEqual(['b@example.org']);
	expect(await gatherLetters(db, listing)).toBe(1);
});

test('an address is asked first; until it is confirmed nothing is followed, and known and unknown ones are answered alike', async () => {
	const { number } = await concernOf(db);
	const tokens: string[] = [];
	const ask = () =>
		followByEmail(db, { email: 'Bea@Example.org', kind: 'concern', subject: number }, (token) => {
			tokens.push(token);
			return blank;
		});
	expect(await ask()).toBeUndefined();
	await tellOf(number);
	expect(await db.$count(notices)).toBe(0);
	expect(await db.$count(follows)).toBe(0);
	await confirmFollow(db, nobody, { token: tokens[0]!, period: 'at-once' });
	await confirmFollow(db, nobody, { token: tokens[0]!, period: 'at-once' });
	expect(await ask()).toBeUndefined();
	expect(await db.$count(follows)).toBe(1);
	expect(await db.$count(mails, eq(mails.recipient, 'bea@example.org'))).toBe(2);
	await tellOf(number);
	expect(await gatherLetters(db, listing)).toBe(1);
});

test('a token that was changed, is for something else or too old does nothing', async () => {
	const { number } = await concernOf(db);
	const id = await confirmed('cora@example.org', number);
	const old = askToken({ follower: id, kind: 'everything', subject: '' }, Date.now() - 4 * 86_400_000);
	const wrong = askToken({ follower: id, kind: 'everything', subject: '' }).replace(/^../, 'AA');
	for (const token of [old, wrong, stopToken(id), '', 'a.b'])
		await expect(confirmFollow(db, nobody, { token })).rejects.toEqual(refused('link-gone'));
	for (const token of [old, 'a.b', ''])
		await expect(stopLetters(db, nobody, { token })).rejects.toEqual(refused('link-gone'));
	expect(await db.$count(follows)).toBe(1);
});

test('nobody can follow what is not there or not public', async () => {
	const internal = await proposed(db, [], { visibility: 'internal' });
	const wishes = [
		{ kind: 'concern', subject: 'PL-2020-99999' },
		{ kind: 'followup', subject: internal },
		{ kind: 'area', subject: 'nowhere' },
	] as const;
	for (const wish of wishes) {
		await expect(followSomething(db, tom, wish)).rejects.toEqual(refused('not-found'));
		const byMail = followByEmail(db, { ...wish, email: 'eve@example.org' }, () => blank);
		await expect(byMail).rejects.toEqual(refused('not-found'));
	}
	const everything = { kind: 'everything', subject: '' } as const;
	await expect(followSomething(db, guest('ann'), everything)).rejects.toEqual(refused('sign-in-needed'));
	await followSomething(db, sam, { kind: 'followup', subject: internal });
	expect(await db.select().from(mails)).toEqual([]);
});

test('one click ends the letters: an address is forgotten, an account keeps its list', async () => {
	const { number } = await concernOf(db);
	const id = await confirmed('dora@example.org', number, 'at-once');
	await followSomething(db, tom, { kind: 'concern', subject: number });
	const [toms] = await db.select().from(followers).where(eq(followers.personId, 'tom'));
	await tellOf(number);
	for (const token of [stopToken(id), stopToken(id), stopToken(toms!.id)])
		await stopLetters(db, nobody, { token });
	expect(await followerOf('dora@example.org')).toBeUndefined();
	await tellOf(number);
	const later = new Date(Date.now() + 14 * 86_400_000);
	expect(await gatherLetters(db, listing, later)).toBe(0);
	expect(await readFollowing(db, tom)).toMatchObject({ period: 'none', followed: [{ subject: number }] });
	expect(await countNews(db, tom)).toBe(2);
	// Following one more thing does not bring the letters back; asking for them does.
	await followSomething(db, tom, { kind: 'everything', subject: '' });
	expect((await readFollowing(db, tom)).period).toBe('none');
	await setPeriod(db, tom, { period: 'weekly' });
	await tellOf(number);
	expect(await gatherLetters(db, listing, later)).toBe(1);
});

test('whoever has the token of a letter can end one thing alone, and no other can', async () => {
	const [one, other] = [await concernOf(db), await concernOf(db)];
	const id = await confirmed('hal@example.org', one.number, 'at-once');
	await confirmed('hal@example.org', other.number, 'at-once');
	const it = { kind: 'concern', subject: one.number } as const;
	await expect(stopOne(db, nobody, { ...it, token: 'a.b' })).rejects.toEqual(refused('link-gone'));
	expect(await followedByToken(db, 'a.b')).toEqual([]);
	const token = stopToken(id);
	for (let n = 0; n < 2; n++) await stopOne(db, nobody, { ...it, token });
	expect((await followedByToken(db, token)).map(({ subject }) => subject)).toEqual([other.number]);
	for (const { number } of [one, other]) await tellOf(number);
	expect(await gatherLetters(db, listing)).toBe(1);
	expect((await db.select().from(mails)).at(-1)!.text).not.toContain(' ');
});

test('whoever changes the period gets what waits at the end of the new one', async () => {
	const { number } = await concernOf(db);
	await followSomething(db, tom, { kind: 'concern', subject: number });
	await tellOf(number);
	expect(await gatherLetters(db, listing)).toBe(0);
	await setPeriod(db, tom, { period: 'at-once', locale: 'es' });
	const locales: string[] = [];
	const letter = (digest: Digest) => {
		locales.push(digest.locale);
		return listing(digest);
	};
	expect(await gatherLetters(db, letter)).toBe(1);
	expect(locales).toEqual(['es']);
});

test('who was told by office before gets letters in the language in which they follow something', async () => {
	const number = await proposed(db);
	await move(db, number, 'committed', {}, dana);
	const [row] = await db.select().from(followers).where(eq(followers.personId, 'sam'));
	expect(row).toMatchObject({ locale: 'en' });
	await followSomething(db, sam, { kind: 'followup', subject: number, locale: 'es' });
	const locales: string[] = [];
	const letter = (digest: Digest) => {
		locales.push(digest.locale);
		return listing(digest);
	};
	expect(await gatherLetters(db, letter, new Date(Date.now() + 2 * 86_400_000))).toBe(1);
	expect(locales).toEqual(['es']);
});

test('an account follows once, reads the news in the app, and stops following', async () => {
	const { number } = await concernOf(db);
	const it = { kind: 'concern', subject: number } as const;
	await followSomething(db, maria, it);
	await followSomething(db, maria, it);
	expect(await isFollowed(db, maria, 'concern', number)).toBe(true);
	expect(await isFollowed(db, tom, 'concern', number)).toBe(false);
	expect(await isFollowed(db, nobody, 'concern', number)).toBe(false);
	const first = await tellOf(number);
	await tellOf(number);
	expect((await ownNews(db, maria)).map(({ isNew }) => isNew)).toEqual([true, true]);
	expect(await ownNews(db, tom)).toEqual([]);
	await markNewsRead(db, maria, { upTo: first });
	await markNewsRead(db, tom, { upTo: first + 1 });
	expect(await countNews(db, maria)).toBe(1);
	expect((await ownNews(db, maria)).map(({ isNew }) => isNew)).toEqual([true, false]);
	await unfollow(db, maria, it);
	await unfollow(db, maria, it);
	await tellOf(number);
	expect(await ownNews(db, maria)).toHaveLength(2);
	await expect(unfollow(db, guest('ann'), it)).rejects.toEqual(refused('sign-in-needed'));
});

test('whoever asked and voted anonymously is never written to, whatever becomes of it', async () => {
	const { number, questionId } = await concernOf(db);
	await castVotes(db, [{ actor: guest('bob'), questionId, on: true }]);
	const followup = await proposed(db, [number]);
	await move(db, followup, 'committed');
	await move(db, followup, 'in-progress');
	await move(db, followup, 'done');
	expect(await gatherLetters(db, listing, new Date(Date.now() + 14 * 86_400_000))).toBe(0);
	// Sam has done all of it himself, and nobody else has asked for anything.
	expect(await db.$count(notices)).toBe(0);
	expect(await db.select().from(mails)).toEqual([]);
	const known = await db.select({ person: followers.personId, email: followers.email }).from(followers);
	expect(known.filter(({ person }) => person !== 'sam')).toEqual([]);
});

test('whoever asked by name is told of a claim alone, is asked whether it is fixed, and can end the letters', async () => {
	const { number, meetingId } = await concernOf(db, { asker: maria, isByName: true });
	const other = await concernOf(db, { asker: tom, meeting: { id: meetingId } });
	const followup = await proposed(db, [number, other.number]);
	for (const to of ['committed', 'in-progress', 'done'] as const) await move(db, followup, to);
	expect((await ownNews(db, maria)).map(({ detail }) => detail)).toEqual([
		expect.objectContaining({ to: 'done', isAsked: true }),
	]);
	// Tom has an account, and asked without his name.
	expect(await ownNews(db, tom)).toEqual([]);
	const tomorrow = new Date(Date.now() + 2 * 86_400_000);
	const { news: write } = letterWriters(testConfig());
	expect(await gatherLetters(db, write, tomorrow)).toBe(1);
	const [letter] = await db.select().from(mails);
	expect(letter).toMatchObject({ recipient: 'maria@example.org' });
	expect(letter!.text).toContain(`Is it fixed? If you brought it up or support it, say so here:
http://localhost:3000/followups/${followup}#is-it-fixed`);
	expect(letter!.text).toContain('because you asked about this under your name');
	await setPeriod(db, maria, { period: 'none' });
	await move(db, followup, 'reopened');
	for (const to of ['in-progress', 'done'] as const) await move(db, followup, to);
	expect(await gatherLetters(db, write, new Date(tomorrow.getTime() + 2 * 86_400_000))).toBe(0);
});

test('whoever asks by name is asked in the language of their device', async () => {
	const { number } = await concernOf(db, { asker: maria, isByName: true });
	await db.insert(pushDevices).values({
		...{ endpoint: 'https://push.example.org/maria', p256dh: 'key', auth: 'auth', owner: 'maria’s browser' },
		...{ personId: 'maria', locale: 'es' },
	});
	const followup = await proposed(db, [number]);
	for (const to of ['committed', 'in-progress', 'done'] as const) await move(db, followup, to);
	const { news: write } = letterWriters(testConfig());
	expect(await gatherLetters(db, write, new Date(Date.now() + 2 * 86_400_000))).toBe(1);
	expect((await db.select().from(mails))[0]!.text).toContain('¿Está arreglado? Si usted lo planteó');
});

test('nobody is asked of an internal one, whoever asked by name', async () => {
	const { number } = await concernOf(db, { asker: maria, isByName: true });
	const internal = await proposed(db, [number], { visibility: 'internal', ownerId: 'dana' });
	for (const to of ['committed', 'in-progress', 'done'] as const) await move(db, internal, to);
	expect(await ownNews(db, maria)).toEqual([]);
	expect((await ownNews(db, dana)).some(({ detail }) => detail['isAsked'])).toBe(false);
});

test('of an internal follow-up only its owner hears, also where it was public when the news came', async () => {
	await followSomething(db, tom, { kind: 'everything', subject: '' });
	const internal = await proposed(db, [], { visibility: 'internal', ownerId: 'dana' });
	await move(db, internal, 'committed');
	const open = await proposed(db, [], { ownerId: 'dana', title: 'Public for now' });
	expect((await ownNews(db, tom)).map(({ followup }) => followup?.number)).toEqual([open]);
	expect(await countNews(db, dana)).toBe(3);
	await db.update(followups).set({ visibility: 'internal' }).where(eq(followups.number, open));
	expect([await ownNews(db, tom), await countNews(db, tom)]).toEqual([[], 0]);
	expect([(await ownNews(db, dana)).length, await countNews(db, dana)]).toEqual([3, 3]);
	expect(await gatherLetters(db, listing, new Date(Date.now() + 2 * 86_400_000))).toBe(1);
	expect((await db.select().from(mails)).map(({ recipient }) => recipient)).toEqual(['dana@example.org']);
});

test('who follows an area hears of what is public in it, by mail and in the app, until they stop', async () => {
	const shape = { type: 'Polygon' as const, coordinates: [] };
	const [west, east] = await db
		.insert(areas)
		.values([
			{ name: 'Westside', shape },
			{ name: 'Eastside', shape },
		])
		.returning();
	const it = { kind: 'area', subject: west!.id } as const;
	for (let n = 0; n < 2; n++) await followSomething(db, tom, it);
	let token = '';
	await followByEmail(db, { ...it, email: 'wes@example.org' }, (given, asked) => {
		token = given;
		expect(asked.title).toBe('Westside');
		return blank;
	});
	await confirmFollow(db, nobody, { token });
	await db.delete(mails);
	expect((await readFollowing(db, tom)).followed).toEqual([{ ...it, title: 'Westside' }]);

	const { number: concern } = await concernOf(db);
	await takeConcern(db, dana, {
		number: concern,
		seen: { ownerId: null, topic: null, areaId: null },
		ownerId: null,
		topic: null,
		areaId: west!.id,
	});
	const here = await proposed(db, [], { areaId: west!.id });
	await proposed(db, [], { areaId: east!.id });
	await proposed(db, [], { areaId: west!.id, visibility: 'internal' });
	await tellOf(concern);
	const heard = (await ownNews(db, tom)).map((one) => one.followup?.number ?? one.concern?.number);
	expect(heard).toEqual([concern, here]);
	const tomorrow = new Date(Date.now() + 86_400_000);
	const letters: Digest[] = [];
	const letter = (digest: Digest) => {
		letters.push(digest);
		return blank;
	};
	// Tom stops before his letter: nothing of it is written to him; of what he follows itself it is.
	await followSomething(db, tom, { kind: 'concern', subject: concern });
	await unfollow(db, tom, it);
	expect(await isFollowed(db, tom, 'area', west!.id)).toBe(false);
	expect(await gatherLetters(db, letter, tomorrow)).toBe(2);
	const inLetters = letters.map(({ followed, news: items }) => [
		followed.map(({ title, subject }) => title || subject),
		items.length,
	]);
	expect(inLetters).toContainEqual([['Westside'], 2]);
	expect(inLetters.map(([, count]) => count).sort()).toEqual([1, 2]);
	await move(db, here, 'committed');
	expect(await ownNews(db, tom)).toHaveLength(2);
	const id = (await followerOf('wes@example.org'))!.id;
	await stopOne(db, nobody, { ...it, token: stopToken(id) });
	expect(await gatherLetters(db, letter, new Date(Date.now() + 3 * 86_400_000))).toBe(0);
});

test('what happens to concerns that were merged reaches the followers of both, each once', async () => {
	const [one, other] = [await concernOf(db), await concernOf(db, { isAcknowledged: false })];
	await followSomething(db, tom, { kind: 'concern', subject: one.number });
	await followSomething(db, maria, { kind: 'concern', subject: other.number });
	await followSomething(db, maria, { kind: 'concern', subject: one.number });
	await mergeConcerns(db, dana, { number: one.number, into: other.number });
	await acknowledgeConcern(db, sam, { number: other.number, text: 'We are looking at both.' });
	for (const reader of [tom, maria])
		expect((await ownNews(db, reader)).map(({ kind }) => kind)).toEqual(['concern-moved', 'concern-merged']);
});

test('an owner is reminded three days before, on the first day late and each Monday, once however often it is asked', async () => {
	await db.delete(followups);
	const number = await proposed(db);
	await move(db, number, 'committed');
	// A Thursday.
	await db.update(followups).set({ dueOn: '2026-12-10' }).where(eq(followups.number, number));
	const told: string[] = [];
	for (let day = 1; day <= 31; day++) {
		const before = (await ownNews(db, sam)).length;
		const now = new Date(Date.UTC(2026, 11, day, 18));
		await Promise.all([remindOwners(db, now), remindOwners(db, now)]);
		await remindOwners(db, new Date(now.getTime() + 3_600_000));
		const [newest, ...others] = await ownNews(db, sam);
		expect(others.length + 1 - before).toBeLessThanOrEqual(1);
		if (newest && others.length === before) told.push(`${day} ${newest.kind}`);
	}
	expect(told).toEqual(['7 due-soon', '11 overdue', '14 overdue', '21 overdue', '28 overdue']);
	expect(await ownNews(db, tom)).toEqual([]);
});

test('an owner who gets letters once a week is reminded by mail on the morning of the first of the three days, and of the first late one', async () => {
	await db.delete(followups);
	const number = await proposed(db);
	await move(db, number, 'committed');
	await setPeriod(db, sam, { period: 'weekly' });
	// A Wednesday: weekly letters come on Mondays.
	await db.update(followups).set({ dueOn: '2026-12-09' }).where(eq(followups.number, number));
	const told: string[] = [];
	for (let hour = 0; hour < 6 * 24; hour++) {
		// From Sunday midnight in Chicago.
		const now = new Date(Date.UTC(2026, 11, 6, 6 + hour, 5));
		await remindOwners(db, now);
		const letter = (digest: Digest) => {
			const here = now.toLocaleString('en-US', {
				...({ timeZone: 'America/Chicago', weekday: 'short', hour: 'numeric', hourCycle: 'h23' } as const),
			});
			told.push(`${here} ${digest.news.map(({ kind }) => kind).join(' ')}`);
			return listing(digest);
		};
		await gatherLetters(db, letter, now);
	}
	expect(told).toEqual(['Sun, 07 due-soon', 'Thu, 07 overdue']);
});

test('on Mondays after seven each owner gets one letter with all that is in their hands', async () => {
	await db.delete(followups);
	const late = await proposed(db);
	await move(db, late, 'committed');
	await followSomething(db, sam, { kind: 'everything', subject: '' });
	await db
		.update(followups)
		.set({ dueOn: '2026-12-01', toldAt: new Date('2026-11-01') })
		.where(eq(followups.number, late));
	await proposed(db, [], { title: 'Only proposed' });
	const digests: OwnedDigest[] = [];
	const write = (digest: OwnedDigest) => {
		digests.push(digest);
		return blank;
	};
	const monday = (hour: number) => new Date(Date.UTC(2026, 11, 14, hour + 6));
	// A city that begins in the middle of a week.
	expect(await writeOwnerLetters(db, write, new Date('2026-12-09T18:00Z'))).toBe(0);
	expect(await writeOwnerLetters(db, write, monday(6))).toBe(0);
	const both = await Promise.all([7, 8].map((hour) => writeOwnerLetters(db, write, monday(hour))));
	expect(both[0]! + both[1]!).toBe(1);
	expect(digests[0]!.owned).toEqual([
		expect.objectContaining({ number: late, isLate: true, isSilent: true, dueOn: '2026-12-01' }),
	]);
	expect((await db.select().from(mails)).map(({ recipient }) => recipient)).toEqual(['sam@example.org']);
	expect(await writeOwnerLetters(db, write, new Date('2026-12-15T18:00Z'))).toBe(0);
	// The server was down all Monday.
	const tuesday = new Date('2026-12-22T18:00Z');
	expect(await writeOwnerLetters(db, write, tuesday)).toBe(1);
	expect(await writeOwnerLetters(db, write, new Date(tuesday.getTime() + 2 * 86_400_000))).toBe(0);
	await setPeriod(db, sam, { period: 'none' });
	expect(await writeOwnerLetters(db, write, new Date('2026-12-28T18:00Z'))).toBe(0);
});

test('what was not confirmed goes after three days, and news that was told after ninety', async () => {
	const { number } = await concernOf(db);
	const id = await confirmed('fay@example.org', number, 'at-once');
	await followByEmail(db, { email: 'gus@example.org', kind: 'concern', subject: number }, () => blank);
	await followSomething(db, tom, { kind: 'concern', subject: number });
	await setPeriod(db, tom, { period: 'none' });
	await tellOf(number);
	await gatherLetters(db, listing);
	await db.update(followers).set({ createdAt: new Date(Date.now() - 4 * 86_400_000) });
	await cleanUp(db);
	expect(await followerOf('gus@example.org')).toBeUndefined();
	expect(await db.$count(followers)).toBe(2);
	const long = new Date(Date.now() - 91 * 86_400_000);
	await db.update(notices).set({ doneAt: long }).where(eq(notices.followerId, id));
	await db.update(news).set({ at: long });
	await cleanUp(db);
	// Tom has not looked at it yet.
	expect(await db.$count(news)).toBe(1);
	await db.update(notices).set({ doneAt: long });
	await cleanUp(db);
	expect(await db.$count(news)).toBe(0);
});
