// Votes: committed in groups, one per person by the primary key, totals announced apart.
import { sql } from 'drizzle-orm';
import * as v from 'valibot';
import type { RefusalCode } from '#domain/errors.ts';
import { Refusal } from '#domain/errors.ts';
import { deskRoom, hallRoom } from '#domain/events.ts';
import { isQueueOpen, type MeetingState } from '#domain/meetings.ts';
import { system, type Actor } from '#domain/people.ts';
import { can } from '#domain/policy.ts';
import { isPublic, isVotable, voteInput, type QuestionState } from '#domain/questions.ts';
import type { Database, Transaction } from './client.ts';
import { checked, retried, work } from './command.ts';
import { pseudonymsIn } from './identity.ts';
import { questions } from './schema/index.ts';

export type Ballot = { actor: Actor; questionId: string; on: boolean };

/** Guest secrets younger than this count as fresh when they vote. */
export const freshForMs = 2 * 60_000;

/** Casts or takes back one vote. @throws Refusal as `castVotes` gives */
export async function voteForQuestion(
	db: Database,
	actor: Actor,
	input: v.InferInput<typeof voteInput>,
): Promise<void> {
	const { questionId, on } = checked(voteInput, input);
	const [refused] = await castVotes(db, [{ actor, questionId, on }]);
	if (refused) throw new Refusal(refused);
}

/**
 * Casts many votes in one transaction. Voting twice, or taking back what is not there, is fine and changes nothing.
 * @returns for each ballot null, or why it was refused: not-found, meeting-not-live, question-state, own-question, blocked,
 *   votes-frozen, sign-in-needed
 * @throws Refusal database-away for all of them
 */
export async function castVotes(db: Database, ballots: Ballot[]): Promise<(RefusalCode | null)[]> {
	return retried(() => db.transaction((tx) => cast(tx, ballots)));
}

async function cast(tx: Transaction, ballots: Ballot[]): Promise<(RefusalCode | null)[]> {
	const subjects = await lockSubjects(tx, [...new Set(ballots.map((ballot) => ballot.questionId))]);
	const people = ballots.map(({ actor, questionId }) => {
		const subject = subjects.get(questionId);
		return subject && pseudonymsIn(subject.meeting_id, actor);
	});
	const blocked = await blockedAmong(
		tx,
		[...new Set([...subjects.values()].map((subject) => subject.meeting_id))],
		people.flatMap((person) => person?.all ?? []),
	);

	const refused = ballots.map((ballot, i) =>
		refusalFor(ballot.actor, subjects.get(ballot.questionId), people[i]?.all ?? [], blocked),
	);
	// Of several ballots of one person on one question the last one counts.
	const last = new Map<
		string,
		{ questionId: string; voter: string; other: string; account: boolean; fresh: boolean; on: boolean }
	>();
	ballots.forEach(({ actor, questionId, on }, i) => {
		if (refused[i]) return;
		const { account, guest } = people[i]!;
		const voter = (account ?? guest)!;
		const fresh = account === null && Date.now() - (actor.guestSince ?? 0) < freshForMs;
		last.set(`${questionId} ${voter}`, {
			questionId,
			voter,
			other: guest ?? voter,
			account: account !== null,
			fresh,
			on,
		});
	});
	// A browser's tabs from before and after signing in are one person.
	for (const { questionId, voter, other } of [...last.values()])
		if (other !== voter) last.delete(`${questionId} ${other}`);
	await apply(tx, [...last.values()]);
	return refused;
}

type Subject = {
	id: string;
	state: QuestionState;
	author: string;
	meeting_id: string;
	votes_frozen: boolean;
	meeting: { state: MeetingState; endsAt: string; questionsFrom: string | null };
};

async function lockSubjects(tx: Transaction, ids: string[]): Promise<Map<string, Subject>> {
	// Meetings first, then questions by id: the order in which every command locks, so that none waits in a circle.
	await tx.execute(sql`
		select from meetings where id in (select meeting_id from questions where id = any(${sql.param(ids)}::uuid[])) order by id for share`);
	const { rows } = await tx.execute<Subject>(sql`
		select q.id, q.state, q.author, q.meeting_id, q.votes_frozen,
			json_build_object('state', m.state, 'endsAt', m.ends_at, 'questionsFrom', m.questions_from) as meeting
		from questions q join meetings m on m.id = q.meeting_id
		where q.id = any(${sql.param(ids)}::uuid[]) order by q.id for no key update of q`);
	return new Map(rows.map((row) => [row.id, row]));
}

async function blockedAmong(
	tx: Transaction,
	meetingIds: string[],
	pseudonyms: string[],
): Promise<Set<string>> {
	const { rows } = await tx.execute<{ pseudonym: string }>(sql`
		select pseudonym from blocks where lifted_at is null
			and meeting_id = any(${sql.param(meetingIds)}::uuid[]) and pseudonym = any(${sql.param(pseudonyms)}::text[])`);
	return new Set(rows.map((row) => row.pseudonym));
}

function refusalFor(
	actor: Actor,
	subject: Subject | undefined,
	me: string[],
	blocked: Set<string>,
): RefusalCode | null {
	if (!subject || !isPublic(subject)) return 'not-found';
	const isOut = me.some((pseudonym) => blocked.has(pseudonym));
	if (!can(actor, 'question:vote', { blocked: isOut })) return isOut ? 'blocked' : 'sign-in-needed';
	if (me.length === 0) return 'sign-in-needed';
	if (!isQueueOpen(subject.meeting, Date.now())) return 'meeting-not-live';
	if (!isVotable(subject)) return 'question-state';
	if (me.includes(subject.author)) return 'own-question';
	if (subject.votes_frozen) return 'votes-frozen';
	return null;
}

async function apply(
	tx: Transaction,
	cast: { questionId: string; voter: string; other: string; account: boolean; fresh: boolean; on: boolean }[],
): Promise<void> {
	if (cast.length === 0) return;
	const column = <T>(pick: (ballot: (typeof cast)[number]) => T) => sql.param(cast.map(pick));
	await tx.execute(sql`
		with cast_now as (
			select * from unnest(${column((b) => b.questionId)}::uuid[], ${column((b) => b.voter)}::text[], ${column((b) => b.other)}::text[],
				${column((b) => b.account)}::boolean[], ${column((b) => b.fresh)}::boolean[], ${column((b) => b.on)}::boolean[])
				as t(question_id, voter, other, with_account, fresh, is_on)
		), added as (
			insert into votes (question_id, voter, with_account, fresh)
			select question_id, voter, with_account, fresh from cast_now where is_on
			on conflict do nothing returning question_id, with_account, aside
		), taken_over as (
			-- What the browser had voted before its person signed in is the account's now.
			delete from votes v using cast_now c
			where c.is_on and c.other <> c.voter and v.question_id = c.question_id and v.voter = c.other
			returning v.question_id, v.with_account, v.aside
		), removed as (
			delete from votes v using cast_now c
			where not c.is_on and v.question_id = c.question_id and v.voter in (c.voter, c.other)
			returning v.question_id, v.with_account, v.aside
		), delta as (
			select question_id,
				sum(n) filter (where not aside) as votes,
				sum(n) filter (where not aside and with_account) as votes_with_account,
				sum(n) filter (where aside) as votes_aside
			from (
				select *, 1 as n from added union all select *, -1 from removed union all select *, -1 from taken_over
			) changes group by question_id
		)
		update questions q set
			votes = q.votes + coalesce(d.votes, 0),
			votes_with_account = q.votes_with_account + coalesce(d.votes_with_account, 0),
			votes_aside = q.votes_aside + coalesce(d.votes_aside, 0),
			tally_due = true
		from delta d where q.id = d.question_id`);
}

/**
 * Announces the totals of a meeting that have changed since the last time; to the desk alone while they are hidden.
 * Whatever process does it first does it for all.
 * @param leastMs how long the room is left alone after its last totals, whoever announced those
 * @returns false when it is too early, or another process is at it
 */
export async function announceTallies(db: Database, meetingId: string, leastMs = 0): Promise<boolean> {
	return work(db, system, async ({ tx, record }) => {
		// A statement of its own: what the one before has announced must be seen by the next.
		const { rows: locks } = await tx.execute<{ mine: boolean }>(
			sql`select pg_try_advisory_xact_lock(hashtext('tallies'), hashtext(${meetingId})) as mine`,
		);
		if (!locks[0]?.mine || (await isCountedSince(tx, meetingId, leastMs))) return false;
		const { rows } = await tx.execute<{ totals_hidden: boolean }>(
			sql`select totals_hidden from meetings where id = ${meetingId} for share`,
		);
		const due = await tx
			.update(questions)
			.set({ tallyDue: false })
			.where(
				sql`${questions.id} in (select id from questions where meeting_id = ${meetingId} and tally_due order by id for no key update)`,
			)
			.returning();
		const tallies = due
			.filter(isPublic)
			.map(({ id, votes, votesWithAccount, votesAside }) => ({ id, votes, votesWithAccount, votesAside }));
		if (tallies.length === 0) return true;
		if (rows[0]?.totals_hidden) record(deskRoom(meetingId), 'desk:counted', { tallies });
		else record(hallRoom(meetingId), 'question:counted', { tallies });
		return true;
	});
}

async function isCountedSince(tx: Transaction, meetingId: string, ms: number): Promise<boolean> {
	if (ms === 0) return false;
	// Only the newest events are looked at; more than that in a moment are no totals.
	const { rows } = await tx.execute(sql`
		select from rooms r join events e on e.room = r.name and e.seq > r.seq - 200
		where r.name in (${hallRoom(meetingId)}, ${deskRoom(meetingId)})
			and e.type in ('question:counted', 'desk:counted') and e.at > now() - make_interval(secs => ${ms / 1000}) limit 1`);
	return rows.length > 0;
}

/** Meetings with totals that nobody has announced yet: left behind by a process that died, or fresh. */
export async function meetingsWithTalliesDue(db: Database): Promise<string[]> {
	const { rows } = await db.execute<{ meeting_id: string }>(
		sql`select distinct meeting_id from questions where tally_due`,
	);
	return rows.map((row) => row.meeting_id);
}
