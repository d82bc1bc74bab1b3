// How follow-ups are read: who is counted behind them, what is in which list, on which page.
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { takeConcern } from '#db/concernMoves.ts';
import { mergeConcerns, unmergeConcern } from '#db/concernMerges.ts';
import { readConcern } from '#db/concerns.ts';
import { meetingsOfFollowups } from '#db/followupMeetings.ts';
import {
	deskFollowups,
	followupDataPageSize,
	mostBefore,
	promisesSince,
	publicFollowups,
	publicFollowupsByNumber,
	readFollowup,
	type PromisesBefore,
} from '#db/followupReads.ts';
import { linkFollowup } from '#db/followupLinks.ts';
import { readInbox } from '#db/inbox.ts';
import { lastWords } from '#db/journeys.ts';
import { lastEnd } from '#db/meetingLists.ts';
import { endMeeting } from '#db/meetings.ts';
import { supportPin } from '#db/pinActs.ts';
import { followupEvents, followups, meetings } from '#db/schema/index.ts';
import { castVotes } from '#db/votes.ts';
import { followupFilterOf, type FollowupState } from '#domain/followups.ts';
import { dana, guest, liveMeeting, sam, settle } from '#tests/cast.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import { concernOf, inDays, move, proposed, wayTo } from '#tests/promises.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

const filterOf = (search: string) => followupFilterOf(new URLSearchParams(search));
const supportersIn = async (number: string) => (await readFollowup(db, sam, number)).followup.supporters;
const vote = (questionId: string, ...who: string[]) =>
	castVotes(
		db,
		who.map((name) => ({ actor: guest(name), questionId, on: true })),
	);

test('whoever supports a pin or a question that it is linked to counts too, each person once in a place', async () => {
	const heard = await concernOf(db);
	const also = await concernOf(db, { meeting: { id: heard.meetingId }, text: 'And the lamp next to it?' });
	await vote(heard.questionId, 'v1', 'v2');
	await vote(also.questionId, 'v2', 'v3');
	const round = await openMap(db);
	const pin = await pinOf(db, guest('ann'), round.id);
	for (const who of ['v1', 'v9']) await supportPin(db, guest(who), { pinId: pin.id, on: true });
	const number = await proposed(db, [heard.number], { title: 'Counted lamp' });
	const other = await proposed(db, [also.number], { title: 'Counted other' });
	// Of one concern alone it is what the concern's own page says.
	expect([await supportersIn(number), (await readConcern(db, heard.number)).supporters]).toEqual([2, 2]);
	await linkFollowup(db, sam, { number, kind: 'question', id: also.questionId });
	expect(await supportersIn(number)).toBe(3);
	await linkFollowup(db, sam, { number, kind: 'pin', id: pin.id });
	// Who somebody of the meeting is on the map is not known.
	expect(await supportersIn(number)).toBe(5);
	const shown = [
		(await publicFollowups(db, filterOf('q=counted'))).followups,
		(await publicFollowupsByNumber(db, filterOf('q=counted'))).followups,
		await deskFollowups(db, sam, filterOf('q=counted')),
	].map((list) => Object.fromEntries(list.map((one) => [one.number, one.supporters])));
	expect(shown).toEqual(Array(3).fill({ [number]: 5, [other]: 2 }));
	// Totals that the meeting hides are told by no count.
	await db.update(meetings).set({ totalsHidden: true }).where(eq(meetings.id, heard.meetingId));
	expect([await supportersIn(number), (await readConcern(db, heard.number)).supporters]).toEqual([2, 0]);
});

test('a concern for which something is promised through what was merged into it does not wait in the inbox', async () => {
	const [child, middle, root] = [await concernOf(db), await concernOf(db), await concernOf(db)];
	for (const { number } of [child, middle, root])
		await takeConcern(db, dana, {
			number,
			seen: { ownerId: null, topic: null, areaId: null },
			ownerId: 'sam',
			topic: null,
			areaId: null,
		});
	const why = async () => (await readInbox(db, sam)).find(({ number }) => number === root.number)?.why;
	const followup = await proposed(db, [child.number]);
	expect(await why()).toBe('no-promise');
	await mergeConcerns(db, dana, { number: child.number, into: middle.number });
	await mergeConcerns(db, dana, { number: middle.number, into: root.number });
	expect(await why()).toBeUndefined();
	await unmergeConcern(db, dana, { number: middle.number });
	expect(await why()).toBe('no-promise');
	await mergeConcerns(db, dana, { number: middle.number, into: root.number });
	await move(db, followup, 'rejected');
	expect(await why()).toBe('no-promise');
});

test('meetings that can be chosen are those with promises, the newest first, also where what was heard there was merged', async () => {
	const [promised, heard, other, silent] = [
		await concernOf(db),
		await concernOf(db),
		await concernOf(db),
		await concernOf(db),
	];
	const days = [promised, heard, other, silent].map(
		({ meetingId }, n) => [meetingId, `2031-03-0${n + 1}`] as const,
	);
	for (const [id, day] of days)
		await db
			.update(meetings)
			.set({ startsAt: new Date(`${day}T18:00Z`), endsAt: new Date(`${day}T20:00Z`) })
			.where(eq(meetings.id, id));
	const slugOf = async (id: string) => (await db.select().from(meetings).where(eq(meetings.id, id)))[0]!.slug;
	const [first, second, third, fourth] = await Promise.all(days.map(([id]) => slugOf(id)));
	const listed = async (isPublic: boolean, chosen: string | null = null) =>
		(await meetingsOfFollowups(db, { isPublic, chosen })).filter(({ day }) => day.startsWith('2031-03'));
	const slugs = async (...asked: Parameters<typeof listed>) =>
		(await listed(...asked)).map(({ slug }) => slug);

	await proposed(db, [], { meetingId: promised.meetingId });
	await proposed(db, [other.number], { visibility: 'internal' });
	expect([await slugs(true), await slugs(false)]).toEqual([[first], [third, first]]);
	const followup = await proposed(db, [other.number]);
	expect(await slugs(true)).toEqual([third, first]);
	await mergeConcerns(db, dana, { number: heard.number, into: other.number });
	expect(await listed(true)).toMatchObject([
		{ slug: third, day: '2031-03-03' },
		{ slug: second, day: '2031-03-02' },
		{ slug: first, day: '2031-03-01' },
	]);
	// Each shows what the list says.
	const shown = await publicFollowups(db, filterOf(`meeting=${second}`));
	expect(shown.followups.map(({ number }) => number)).toEqual([followup]);
	expect(await slugs(true, fourth)).toEqual([fourth, third, second, first]);
	await db.update(meetings).set({ state: 'draft' }).where(eq(meetings.id, silent.meetingId));
	expect(await slugs(true, fourth)).toEqual([third, second, first]);
});

test('the next meeting opens with what was kept and claimed since the last one ended, and with what is late now', async () => {
	const held = async () => {
		const { id } = await liveMeeting(db);
		await endMeeting(db, dana, { meetingId: id });
	};
	const soon = new Date(Date.now() + 86_400_000);
	const before = async () => {
		const { kept, claimed, late } = await promisesSince(db, await lastEnd(db, soon));
		const numbers = ({ followups }: PromisesBefore) => followups.map(({ number }) => number);
		return { kept: numbers(kept), claimed: numbers(claimed), late: numbers(late), more: late.more };
	};
	const one = async (title: string, to: FollowupState, more = {}) => {
		const number = await proposed(db, [], { title, ...more });
		for (const step of wayTo[to]) {
			// The city may look itself once residents were asked for long enough.
			if (step === 'verified') await set(number, { claimedAt: new Date(Date.now() - 40 * 86_400_000) });
			await move(db, number, step, {}, step === 'verified' ? dana : sam);
		}
		return number;
	};
	const set = (number: string, row: Partial<typeof followups.$inferInsert>) =>
		db.update(followups).set(row).where(eq(followups.number, number));

	await held();
	const internal = { visibility: 'internal' };
	const [kept, claimed] = [await one('Kept', 'verified'), await one('Claimed', 'done')];
	for (const state of ['verified', 'done'] as const) await one('Only for the city', state, internal);
	// The one that was told of last is the one that is late for the shortest time.
	const late: string[] = [];
	for (let n = 0; n < mostBefore + 2; n++) {
		const number = await one('Late', n === 0 ? 'blocked' : 'committed');
		await set(number, { dueOn: inDays(n - 20) });
		late.push(number);
	}
	await set(await one('Only for the city', 'committed', internal), { dueOn: inDays(-30) });
	// What was only meant for a day is not late, nor is what is due today.
	await set(await one('Meant', 'proposed'), { dueOn: inDays(-30) });
	await set(await one('Today', 'committed'), { dueOn: inDays(0) });
	expect(await before()).toEqual({
		...{ kept: [kept], claimed: [claimed] },
		...{ late: late.slice(0, mostBefore), more: 2 },
	});
	// The meeting after that one has heard of it; what is late still is.
	await held();
	expect(await before()).toEqual({ kept: [], claimed: [], late: late.slice(0, mostBefore), more: 2 });
	await move(db, late[0]!, 'in-progress');
	await move(db, late[0]!, 'done');
	expect(await before()).toEqual({
		...{ kept: [], claimed: [late[0]] },
		...{ late: late.slice(1, mostBefore + 1), more: 1 },
	});
});

test('programs read all of it page by page in the order of numbers, whatever is told meanwhile', async () => {
	const first = await proposed(db, [], { title: 'Paged 1' });
	const [{ id: _, ...row }] = (await db.select().from(followups).where(eq(followups.number, first))) as [
		typeof followups.$inferSelect,
	];
	const rest = Array.from(
		{ length: followupDataPageSize + 5 },
		(_, n) => `FU-2031-${String(n).padStart(5, '0')}`,
	);
	await db.insert(followups).values(rest.map((number) => ({ ...row, number, title: 'Paged' })));
	const page = (number: number) => publicFollowupsByNumber(db, filterOf('q=paged'), number);
	const one = await page(1);
	await db
		.update(followups)
		.set({ toldAt: new Date() })
		.where(eq(followups.number, rest.at(-1)!));
	const two = await page(2);
	expect(one).toMatchObject({ count: rest.length + 1, page: 1, pages: 2 });
	expect([...one.followups, ...two.followups].map(({ number }) => number)).toEqual([first, ...rest]);
	expect((await page(3)).followups).toEqual([]);
});

test('the feed holds the newest fifty public words, of however many follow-ups they are', async () => {
	const first = await proposed(db, [], { title: 'In the feed' });
	const [{ id: _, ...row }] = (await db.select().from(followups).where(eq(followups.number, first))) as [
		typeof followups.$inferSelect,
	];
	const at = (n: number) => new Date(Date.UTC(2032, 0, 1, 0, n));
	const numberOf = (n: number) => `FU-2032-${String(n).padStart(5, '0')}`;
	const rows = await db
		.insert(followups)
		.values(Array.from({ length: 60 }, (_, n) => ({ ...row, number: numberOf(n), toldAt: at(n) })))
		.returning({ followupId: followups.id });
	await db
		.insert(followupEvents)
		.values(
			rows.map((one, n) => ({ ...one, at: at(n), kind: 'proposed' as const, to: 'proposed' as const })),
		);
	const { words } = await lastWords(db);
	expect(words.map((step) => ('followup' in step ? step.followup : step.kind))).toEqual(
		Array.from({ length: 50 }, (_, n) => numberOf(59 - n)),
	);
});
