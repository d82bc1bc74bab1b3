// Ballots: one per person, changeable while the poll is open, and kept so that nobody finds out whose one is (docs/decisions/0022).
import { eq, sql } from 'drizzle-orm';
import type * as v from 'valibot';
import { Refusal, type RefusalCode } from '#domain/errors.ts';
import { hallRoom } from '#domain/events.ts';
import { system, type Actor } from '#domain/people.ts';
import { can } from '#domain/policy.ts';
import { choiceIn, pollVoteInput, type Choice } from '#domain/polls.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { checked, retried, work } from './command.ts';
import { ballotMark, pseudonymsIn } from './identity.ts';
import { formOfRow } from './pollReads.ts';
import { pollBoxes, polls } from './schema/index.ts';

export type PollBallot = { actor: Actor } & v.InferOutput<typeof pollVoteInput>;

/** Casts, changes or takes back one ballot. @throws Refusal as `castPollBallots` gives */
export async function voteInPoll(
	db: Database,
	actor: Actor,
	input: v.InferInput<typeof pollVoteInput>,
): Promise<void> {
	const [refused] = await castPollBallots(db, [{ actor, ...checked(pollVoteInput, input) }]);
	if (refused) throw new Refusal(refused);
}

/**
 * Casts many ballots in one transaction, in their order: of several by one person the last one counts. Nothing else is written: no
 * event, no key of a command, no time.
 * @returns for each ballot null, or why it was refused: not-found, poll-closed, blocked, sign-in-needed, bad-input,
 *   poll-voted-with-account
 * @throws Refusal database-away for all of them
 */
export async function castPollBallots(db: Database, ballots: PollBallot[]): Promise<(RefusalCode | null)[]> {
	return retried(() =>
		db.transaction(async (tx) => {
			const refused = new Map<PollBallot, RefusalCode | null>();
			// By id: the order in which every process opens boxes, so that none waits in a circle.
			const byPoll = [...Map.groupBy(ballots, ({ pollId }) => pollId)].sort(([a], [b]) => (a < b ? -1 : 1));
			for (const [pollId, own] of byPoll)
				for (const [i, code] of (await castIn(tx, pollId, own)).entries()) refused.set(own[i]!, code);
			return ballots.map((ballot) => refused.get(ballot) ?? null);
		}),
	);
}

async function castIn(
	tx: Transaction,
	pollId: string,
	ballots: PollBallot[],
): Promise<(RefusalCode | null)[]> {
	// The box is there while the poll is open, and whoever has it locked keeps it open.
	const [open] = await tx
		.select({ key: pollBoxes.key })
		.from(pollBoxes)
		.where(eq(pollBoxes.pollId, pollId))
		.for('update');
	const [poll] = await tx.select().from(polls).where(eq(polls.id, pollId));
	if (!open || !poll)
		return ballots.map(() => (!poll || poll.state === 'draft' ? 'not-found' : 'poll-closed'));

	const people = ballots.map(({ actor }) => pseudonymsIn(poll.meetingId, actor));
	const mark = (pseudonym: string | null) => pseudonym && ballotMark(open.key, pseudonym);
	const marks = people.map(({ account, guest }) => ({ account: mark(account), guest: mark(guest) }));
	const blocked = await blockedIn(
		tx,
		poll.meetingId,
		people.flatMap(({ all }) => all),
	);
	const inBox = await ballotsIn(
		tx,
		pollId,
		marks.flatMap((own) => Object.values(own)).filter((one) => one !== null),
	);
	const before = new Map(inBox);

	const refused = ballots.map(({ actor, choice: raw }, i): RefusalCode | null => {
		const isOut = people[i]!.all.some((pseudonym) => blocked.has(pseudonym));
		if (!can(actor, 'poll:vote', { blocked: isOut })) return isOut ? 'blocked' : 'sign-in-needed';
		const { account, guest } = marks[i]!;
		const own = account ?? guest;
		if (!own) return 'sign-in-needed';
		// Signing out must give no second ballot either. What that account voted is not theirs to see or change.
		if (!account && inBox.get(own) === null) return 'poll-voted-with-account';
		if (raw === null) {
			inBox.delete(own);
			if (guest) inBox.delete(guest);
			return null;
		}
		const choice = choiceIn(formOfRow(poll), raw);
		if (!choice) return 'bad-input';
		// What the browser had voted before its person signed in is the account's now.
		if (account && guest) inBox.set(guest, null);
		inBox.set(own, choice);
		return null;
	});
	await putBack(tx, pollId, before, inBox);
	return refused;
}

async function blockedIn(tx: Transaction, meetingId: string, pseudonyms: string[]): Promise<Set<string>> {
	const { rows } = await tx.execute<{ pseudonym: string }>(sql`
		select pseudonym from blocks where lifted_at is null and meeting_id = ${meetingId}
			and pseudonym = any(${sql.param(pseudonyms)}::text[])`);
	return new Set(rows.map((row) => row.pseudonym));
}

/** What lies in the box under these marks; null where a browser's person has voted with an account. */
async function ballotsIn(tx: Reader, pollId: string, marks: string[]): Promise<Map<string, Choice | null>> {
	const { rows } = await tx.execute<{ mark: string; choice: Choice | null }>(sql`
		select e.key as mark, e.value as choice from poll_boxes b, jsonb_each(b.box) e
		where b.poll_id = ${pollId} and e.key = any(${sql.param(marks)}::text[])`);
	return new Map(rows.map(({ mark, choice }) => [mark, choice]));
}

async function putBack(
	tx: Transaction,
	pollId: string,
	before: Map<string, Choice | null>,
	after: Map<string, Choice | null>,
): Promise<void> {
	const gone = [...before.keys()].filter((mark) => !after.has(mark));
	const put = [...after].filter(([mark, choice]) => !before.has(mark) || before.get(mark) !== choice);
	if (gone.length === 0 && put.length === 0) return;
	await tx.execute(sql`
		update poll_boxes set box = (box - ${sql.param(gone)}::text[]) || ${JSON.stringify(Object.fromEntries(put))}::jsonb
		where poll_id = ${pollId}`);
}

/** What the actor has answered in the open polls of a meeting, by the poll's id. */
export async function ownBallots(
	db: Reader,
	meetingId: string,
	actor: Actor,
): Promise<Record<string, Choice>> {
	const { account, guest } = pseudonymsIn(meetingId, actor);
	const own: Record<string, Choice> = {};
	const open = await db
		.select({ id: polls.id, key: pollBoxes.key })
		.from(pollBoxes)
		.innerJoin(polls, eq(polls.id, pollBoxes.pollId))
		.where(eq(polls.meetingId, meetingId));
	for (const { id, key } of open) {
		const marks = [account, guest].flatMap((pseudonym) => pseudonym ?? []).map((p) => ballotMark(key, p));
		// By its key: the box of a large hall is not taken apart for each page.
		const { rows } = await db.execute<{ choice: Choice | null }>(sql`
			select b.box -> m.mark as choice from poll_boxes b, unnest(${sql.param(marks)}::text[]) with ordinality m(mark, place)
			where b.poll_id = ${id} order by m.place`);
		const choice = rows.map((row) => row.choice).find((one) => one !== null);
		if (choice) own[id] = choice;
	}
	return own;
}

/**
 * Tells the halls how many have voted in their open polls, where that has changed: the number alone.
 * Whatever process does it first does it for all.
 */
export async function announceProgress(db: Database): Promise<void> {
	const { rows: open } = await db.execute<{ id: string; voted: number; told: number }>(sql`
		select p.id, p.voted as told,
			(select count(*) from jsonb_each(b.box) e where e.value <> 'null')::int as voted
		from poll_boxes b join polls p on p.id = b.poll_id join meetings m on m.id = p.meeting_id and m.state = 'live'`);
	for (const { id, voted, told } of open) {
		if (voted === told) continue;
		await work(db, system, async ({ tx, record }) => {
			const [changed] = await tx
				.update(polls)
				.set({ voted })
				.where(sql`${polls.id} = ${id} and ${polls.state} = 'open' and ${polls.voted} <> ${voted}`)
				.returning({ meetingId: polls.meetingId });
			if (changed) record(hallRoom(changed.meetingId), 'poll:progress', { pollId: id, voted });
		});
	}
}
