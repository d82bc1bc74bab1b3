// The demo town: Lindenfeld, with meetings behind it, one that is live, some to come, and its maps. Made once, by the same commands that a city
// uses, in one transaction: a process that dies in the middle leaves nothing.
import { eq, like, sql } from 'drizzle-orm';
import type { Config } from '#config';
import { hallRoom } from '#domain/events.ts';
import { wallClock } from '#domain/meetings.ts';
import { outreachSources } from '#domain/outreach.ts';
import type { Account, Actor } from '#domain/people.ts';
import { sqlState, type Database, type Transaction } from './client.ts';
import { cancelMeeting, goLive, publishMeeting } from './meetings.ts';
import { createMeeting } from './meetingPlans.ts';
import { countArrival } from './outreach.ts';
import { addDemoPerson, demoPassword, listDemoPeople } from './people.ts';
import { marks, meetings, people, rooms } from './schema/index.ts';
import { askAhead, fillRoom } from './seed/ahead.ts';
import { holdMeeting } from './seed/evening.ts';
import { moveEventsToTheirTime } from './seed/eventTimes.ts';
import { closeDemoFeedback } from './seed/feedback.ts';
import { liveTalk } from './seed/live.ts';
import { layBoard } from './seed/liveBoard.ts';
import { chooseInvited } from './seed/invited.ts';
import { drawAreas, drawMaps } from './seed/maps.ts';
import { drafts, upcoming, type Planned } from './seed/plans.ts';
import { enterPromises } from './seed/promises.ts';
import type { Talk } from './seed/talk.ts';
import { pastTalks } from './seed/talks.ts';
import { townspeople, type Townspeople } from './seed/townspeople.ts';

const mark = 'demo town';

/**
 * The configuration of a start on the embedded database: a fresh one is filled with the demo town, and where the town is, its
 * sign-ins are shown. A city's database is left alone.
 */
export async function withDemoTown(
	db: Database,
	config: Config,
	say: (line: string) => void,
): Promise<Config> {
	if (config.DATABASE_URL) return config;
	if (await seedDemoTown(db, config)) say('A new database: the demo town of Lindenfeld has moved in.');
	const isThere = (await db.$count(marks, eq(marks.name, mark))) > 0;
	return { ...config, DEMO: config.DEMO || isThere };
}

/** What the start prints of the demo town: who can be signed in as. Nothing elsewhere. */
export async function demoSignIns(db: Database, config: Config): Promise<string[]> {
	const found = await listDemoPeople(db, config);
	if (found.length === 0) return [];
	const width = Math.max(...found.map(({ email }) => email.length));
	const lines = found.map(
		({ email, roles }) => `  ${email.padEnd(width)}  ${roles.join(', ') || 'resident'}`,
	);
	return [`Demo sign-ins, everybody with the password “${demoPassword}”:`, ...lines];
}

/**
 * Fills an empty database with the demo town. One that holds anything, or the town already, stays as it is.
 * @returns whether it was filled
 * @throws Error on a city's database (`DATABASE_URL`)
 */
export async function seedDemoTown(db: Database, config: Config, now = new Date()): Promise<boolean> {
	// On a slow machine moving in takes longer than a statement may wait: whoever waits for it asks again.
	for (let tries = 1; ; tries++)
		try {
			return await moveIn(db, config, now);
		} catch (error) {
			if (sqlState(error) !== '57014' || tries === 24) throw error;
		}
}

async function moveIn(db: Database, config: Config, now: Date): Promise<boolean> {
	return db.transaction(async (transaction) => {
		// The mark first: of two processes the second waits here, and finds it.
		const marked = await transaction.insert(marks).values({ name: mark }).onConflictDoNothing().returning();
		if (marked.length === 0) return false;
		if ((await transaction.$count(meetings)) + (await transaction.$count(people)) > 0) {
			await transaction.delete(marks).where(eq(marks.name, mark));
			return false;
		}
		const town = within(transaction);
		const cast = await settle(town, config);
		const zone = config.TIME_ZONE;
		const past: string[] = [];
		await drawAreas(town);
		for (const talk of pastTalks)
			past.push(await hold(town, cast, talk, at(now, zone, -talk.daysAgo, talk.from, talk.minutes)));
		await closeDemoFeedback(town, cast.dana, past, now);
		const live = await hold(town, cast, liveTalk, since(now, zone, 25, 90));
		for (const plan of [...upcoming, ...drafts]) await announce(town, cast, plan, now, zone);
		await drawMaps(town, cast, { now, zone });
		await layBoard(town, cast, live);
		await fillRoom(town, cast, live);
		await moveEventsToTheirTime(town, live);
		await enterPromises(town, cast, { now, zone });
		await chooseInvited(town, cast);
		return true;
	});
}

/** A database whose commands all belong to one transaction, instead of each to its own. */
function within(transaction: Transaction): Database {
	const own: Pick<Database, 'transaction'> = { transaction: (run) => run(transaction) };
	return Object.assign(Object.create(transaction), own);
}

async function settle(db: Database, config: Config): Promise<Townspeople> {
	const actors: [string, Actor][] = [];
	for (const [key, [name, roles]] of Object.entries(townspeople)) {
		const account: Omit<Account, 'id'> = { name, email: `${key}@lindenfeld.example`, roles: [...roles] };
		const id = await addDemoPerson(db, config, account);
		actors.push([key, { guest: `demo guest secret of ${key}`, guestSince: 0, account: { ...account, id } }]);
	}
	return Object.fromEntries(actors) as Townspeople;
}

type Times = { startsAtLocal: string; endsAtLocal: string; timeZone: string };

async function hold(db: Database, cast: Townspeople, talk: Talk, times: Times): Promise<string> {
	const { id } = await createMeeting(db, cast.dana, { ...talk.meeting, ...times });
	await publishMeeting(db, cast.dana, { meetingId: id });
	await goLive(db, cast.dana, { meetingId: id });
	await holdMeeting(db, cast, id, talk);
	// What the hall was told stays, at its time: evenings are replayed from it.
	await moveEventsToTheirTime(db, id);
	return id;
}

async function announce(
	db: Database,
	cast: Townspeople,
	plan: Planned,
	now: Date,
	zone: string,
): Promise<void> {
	const times = at(now, zone, plan.inDays, plan.from, plan.minutes);
	const { dana } = cast;
	const { questionsDaysBefore: before } = plan;
	const questionsFromLocal =
		before === undefined ? null : at(now, zone, plan.inDays - before, '09:00', 0).startsAtLocal;
	const { id } = await createMeeting(db, dana, { ...plan.meeting, ...times, questionsFromLocal });
	if (plan.isDraft) return;
	await publishMeeting(db, dana, { meetingId: id });
	await countArrivals(db, id, plan);
	if (before !== undefined) await askAhead(db, cast, id);
	if (plan.cancelled) await cancelMeeting(db, dana, { meetingId: id, reason: plan.cancelled });
	await tellFromNowOn(db, id);
}

/** Some have come by the papers already, the sooner the meeting is the more of them. */
async function countArrivals(db: Database, meetingId: string, { inDays }: Planned): Promise<void> {
	const [meeting] = await db.select({ code: meetings.code }).from(meetings).where(eq(meetings.id, meetingId));
	for (const [n, source] of outreachSources.entries())
		for (let i = 0; i < Math.floor(40 / (inDays + 3)) - n; i++) await countArrival(db, meeting!.code, source);
}

/** What browsers are told begins with what a visitor does: the rest happened before there was anybody to tell. */
async function tellFromNowOn(db: Database, meetingId: string): Promise<void> {
	await db.delete(rooms).where(like(rooms.name, `${hallRoom(meetingId)}%`));
	await db.execute(sql`update questions set tally_due = false where meeting_id = ${meetingId}`);
}

/** A day before or after today at a time of the city's clock. */
function at(now: Date, timeZone: string, days: number, from: string, minutes: number): Times {
	const today = wallClock(now, timeZone).slice(0, 10);
	const start = Date.parse(`${today}T${from}:00Z`) + days * 86_400_000;
	return { startsAtLocal: local(start), endsAtLocal: local(start + minutes * 60_000), timeZone };
}

/** Begun some minutes ago, on a quarter of an hour. */
function since(now: Date, timeZone: string, minutesAgo: number, minutes: number): Times {
	const quarter = 15 * 60_000;
	const start =
		Math.floor((Date.parse(`${wallClock(now, timeZone)}:00Z`) - minutesAgo * 60_000) / quarter) * quarter;
	return { startsAtLocal: local(start), endsAtLocal: local(start + minutes * 60_000), timeZone };
}

/** Digits of a clock that is held as if it were in UTC. */
const local = (time: number) => new Date(time).toISOString().slice(0, 16);
