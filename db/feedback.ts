// Feedback: one answer per person who was there, changeable while it is open, and kept so that nobody finds out whose one is
// (docs/decisions/0028).
import { randomBytes } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import type * as v from 'valibot';
import { readConfig } from '#config';
import { Refusal, type RefusalCode } from '#domain/errors.ts';
import { feedbackInput, feedbackQuestions, leastAnswers, type FeedbackAnswer } from '#domain/feedback.ts';
import { system, type Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { isDayOver, lastDayOf } from '#domain/retention.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { checked, retried, work } from './command.ts';
import { feedbackMark, pseudonymsIn } from './identity.ts';
import { attendance, feedbackBoxes, feedbackResults, meetings } from './schema/index.ts';

type MeetingRow = typeof meetings.$inferSelect;
type Given = v.InferOutput<typeof feedbackInput>;
type Waiting = {
	actor: Actor;
	given: Given;
	now: Date;
	done(refused: RefusalCode | null): void;
	fail(error: unknown): void;
};

/**
 * Keeps, changes, or (with nothing answered) takes back what somebody says of a meeting. Nothing else is written: no event, no key of a
 * command, no time.
 * @throws Refusal not-found, feedback-closed, feedback-not-there, feedback-with-account, sign-in-needed, bad-input
 */
export async function giveFeedback(
	db: Database,
	actor: Actor,
	input: v.InferInput<typeof feedbackInput>,
	now = new Date(),
): Promise<void> {
	authorize(actor, 'feedback:give');
	const given = checked(feedbackInput, input);
	const refused = await new Promise<RefusalCode | null>((done, fail) => {
		const waiting = gathered.get(given.meetingId);
		const own = { actor, given, now, done, fail };
		if (waiting) return void waiting.push(own);
		gathered.set(given.meetingId, []);
		void writeGroups(db, given.meetingId, [own]);
	});
	if (refused) throw new Refusal(refused);
}

/** What came while the one before was being written: a hall that empties at once is written in groups. */
const gathered = new Map<string, Waiting[]>();

async function writeGroups(db: Database, meetingId: string, first: Waiting[]): Promise<void> {
	for (let group = first; group.length > 0; group = gathered.get(meetingId)!.splice(0))
		try {
			const refused = await retried(() => db.transaction((tx) => putIn(tx, meetingId, group)));
			group.forEach(({ done }, i) => done(refused[i]!));
		} catch (error) {
			for (const { fail } of group) fail(error);
		}
	gathered.delete(meetingId);
}

async function putIn(tx: Transaction, meetingId: string, group: Waiting[]): Promise<(RefusalCode | null)[]> {
	const [meeting] = await tx.select().from(meetings).where(eq(meetings.id, meetingId));
	if (!meeting || !['live', 'ended', 'reported'].includes(meeting.state)) return group.map(() => 'not-found');
	const box = await lockBox(tx, meetingId);
	if (!box) return group.map(() => 'feedback-closed');
	const there = await whoWasThere(tx, meetingId, box.key, group);
	const marks = group.map(({ actor }) => marksOf(box.key, meetingId, actor));
	const before = await answersIn(
		tx,
		meetingId,
		marks.flatMap(({ own, guest }) => [own, guest]),
	);
	const answers = new Map(before);
	const words = new Map<string, string | null>();
	const refused = group.map(({ actor, given, now }, i): RefusalCode | null => {
		const { own, guest } = marks[i]!;
		if (isOver(meeting, now)) return 'feedback-closed';
		if (!own) return 'sign-in-needed';
		// Signing out gives no second answer.
		if (!actor.account && answers.get(own) === null) return 'feedback-with-account';
		if (!there[i] && !answers.has(own)) return 'feedback-not-there';
		const said = Object.fromEntries(
			feedbackQuestions.flatMap((name) => (given[name] ? [[name, given[name]]] : [])),
		);
		const isEmpty = Object.keys(said).length === 0 && given.words === '';
		if (isEmpty) answers.delete(own);
		else answers.set(own, said);
		words.set(own, given.words || null);
		// What the browser had answered before its person signed in is the account's now.
		if (actor.account && guest) {
			answers.set(guest, null);
			words.set(guest, null);
		}
		return null;
	});
	const gone = [...before.keys()].filter((mark) => !answers.has(mark));
	const [said, unsaid] = [[...words].filter(([, text]) => text !== null), [...words.keys()]];
	await tx.execute(sql`
		update feedback_boxes set
			answers = (answers - ${sql.param(gone)}::text[]) || ${JSON.stringify(Object.fromEntries(answers))}::jsonb,
			words = (words - ${sql.param(unsaid)}::text[]) || ${JSON.stringify(Object.fromEntries(said))}::jsonb
		where meeting_id = ${meetingId}`);
	return refused;
}

/** The box of a meeting, made where it is missing, and locked; undefined once the feedback is closed. */
async function lockBox(tx: Transaction, meetingId: string): Promise<{ key: string } | undefined> {
	await tx
		.insert(feedbackBoxes)
		.values({ meetingId, key: randomBytes(24).toString('base64url') })
		.onConflictDoNothing();
	const [box] = await tx
		.select({ key: feedbackBoxes.key })
		.from(feedbackBoxes)
		.where(eq(feedbackBoxes.meetingId, meetingId))
		.for('update');
	// Whoever closed it a moment ago has taken the box away: the one made anew is not used.
	if ((await tx.$count(feedbackResults, eq(feedbackResults.meetingId, meetingId))) === 0) return box;
	await tx.delete(feedbackBoxes).where(eq(feedbackBoxes.meetingId, meetingId));
	return undefined;
}

/** The mark of an answer, by the account of who has one; and that of their browser. */
function marksOf(key: string, meetingId: string, actor: Actor) {
	const { account, guest } = pseudonymsIn(meetingId, actor, 'feedback');
	const mark = (pseudonym: string | null) => pseudonym && feedbackMark(key, 'answer', pseudonym);
	return { own: mark(account ?? guest), guest: mark(guest) };
}

/** Whether each has had the hall open or checked in. Their visits stand in `attendance`, and once the report is closed as marks in the box. */
async function whoWasThere(
	tx: Reader,
	meetingId: string,
	key: string,
	group: { actor: Actor }[],
): Promise<boolean[]> {
	const visits = group.map(({ actor }) => pseudonymsIn(meetingId, actor, 'attend').all);
	const marks = visits.map((own) => own.map((visitor) => feedbackMark(key, 'was-there', visitor)));
	const { rows } = await tx.execute<{ found: string }>(sql`
		select visitor as found from attendance where meeting_id = ${meetingId} and visitor = any(${sql.param(visits.flat())}::text[])
		union all select m from feedback_boxes b, unnest(${sql.param(marks.flat())}::text[]) m
		where b.meeting_id = ${meetingId} and b.were_there ? m`);
	const found = new Set(rows.map((row) => row.found));
	return visits.map((own, i) => [...own, ...marks[i]!].some((one) => found.has(one)));
}

async function answersIn(
	tx: Reader,
	meetingId: string,
	marks: (string | null)[],
): Promise<Map<string, FeedbackAnswer | null>> {
	const { rows } = await tx.execute<{ mark: string; answer: FeedbackAnswer | null }>(sql`
		select m as mark, nullif(b.answers -> m, 'null') as answer
		from feedback_boxes b, unnest(${sql.param(marks.filter((mark) => mark !== null))}::text[]) m
		where b.meeting_id = ${meetingId} and b.answers ? m`);
	return new Map(rows.map(({ mark, answer }) => [mark, answer]));
}

/** What somebody may see of their own answer: whether they may give one, and what they have said so far. */
export type OwnFeedback = { mayAnswer: boolean; answer: (FeedbackAnswer & { words: string }) | null };

/** @param now whether it is open is asked for then */
export async function ownFeedback(
	db: Reader,
	meeting: MeetingRow,
	actor: Actor,
	now = new Date(),
): Promise<OwnFeedback> {
	const nothing = { mayAnswer: false, answer: null };
	if (!['live', 'ended', 'reported'].includes(meeting.state) || isOver(meeting, now)) return nothing;
	const [box] = await db
		.select({ key: feedbackBoxes.key })
		.from(feedbackBoxes)
		.where(eq(feedbackBoxes.meetingId, meeting.id));
	const [isThere] = await whoWasThere(db, meeting.id, box?.key ?? '', [{ actor }]);
	if (!box) return { mayAnswer: isThere!, answer: null };
	const { own } = marksOf(box.key, meeting.id, actor);
	if (!own) return nothing;
	const { rows } = await db.execute<{ answer: FeedbackAnswer | null; words: string | null }>(sql`
		select nullif(answers -> ${own}, 'null') as answer, words ->> ${own} as words
		from feedback_boxes where meeting_id = ${meeting.id} and answers ? ${own}`);
	const [found] = rows;
	if (!found) return { mayAnswer: isThere!, answer: null };
	return { mayAnswer: true, answer: found.answer && { ...found.answer, words: found.words ?? '' } };
}

/** The last day on which answers are taken; null while the meeting goes on. */
export function feedbackLastDay({
	endedAt,
	timeZone,
}: Pick<MeetingRow, 'endedAt' | 'timeZone'>): string | null {
	return endedAt && lastDayOf(endedAt, readConfigOnce().FEEDBACK_DAYS, timeZone);
}

export function isOver(meeting: Pick<MeetingRow, 'endedAt' | 'timeZone'>, now: Date): boolean {
	const last = feedbackLastDay(meeting);
	return last !== null && isDayOver(last, meeting.timeZone, now);
}

/**
 * The report is closed and single visits are forgotten: who may still answer is kept as marks, which go when the feedback is closed.
 */
export async function keepWhoWasThere(tx: Transaction, meetingId: string): Promise<void> {
	const [meeting] = await tx.select().from(meetings).where(eq(meetings.id, meetingId));
	if (!meeting || isOver(meeting, new Date())) return;
	const visitors = await tx
		.select({ visitor: attendance.visitor })
		.from(attendance)
		.where(eq(attendance.meetingId, meetingId));
	const box = visitors.length > 0 && (await lockBox(tx, meetingId));
	if (!box) return;
	const marks = visitors.map(({ visitor }) => [feedbackMark(box.key, 'was-there', visitor), true]);
	await tx.execute(sql`
		update feedback_boxes set were_there = were_there || ${JSON.stringify(Object.fromEntries(marks))}::jsonb
		where meeting_id = ${meetingId}`);
}

/**
 * Closes what has been open long enough: numbers of those questions that ten or more have answered, the words without anything beside
 * them; box and key go. Asked again, by any process, it does nothing twice.
 */
export async function closeFeedback(db: Database, now = new Date()): Promise<void> {
	const open = await db
		.select({ id: meetings.id, endedAt: meetings.endedAt, timeZone: meetings.timeZone })
		.from(feedbackBoxes)
		.innerJoin(meetings, eq(meetings.id, feedbackBoxes.meetingId));
	for (const meeting of open) if (isOver(meeting, now)) await close(db, meeting.id, now);
}

async function close(db: Database, meetingId: string, now: Date): Promise<void> {
	await work(db, system, async ({ tx }) => {
		const [box] = await tx
			.select({ id: feedbackBoxes.meetingId })
			.from(feedbackBoxes)
			.where(eq(feedbackBoxes.meetingId, meetingId))
			.for('update');
		if (!box) return;
		await tx.execute(sql`
			insert into feedback_counts (meeting_id, question, answer, people)
			select meeting_id, question, answer, people from (
				select b.meeting_id, q.key as question, q.value::int as answer, count(*) as people,
					sum(count(*)) over (partition by q.key) as all_people
				from feedback_boxes b, jsonb_each(b.answers) a, jsonb_each_text(a.value) q
				where b.meeting_id = ${meetingId} and a.value <> 'null' group by b.meeting_id, q.key, q.value
			) counted where all_people >= ${leastAnswers} order by question, answer`);
		await tx.execute(sql`
			insert into feedback_words (meeting_id, text) select b.meeting_id, w.value from feedback_boxes b, jsonb_each_text(b.words) w
			where b.meeting_id = ${meetingId} order by w.value`);
		await tx.execute(sql`
			insert into feedback_results (meeting_id, closed_at) select meeting_id, ${now.toISOString()}::timestamptz from feedback_boxes
			where meeting_id = ${meetingId} and answers <> '{}'`);
		await tx.delete(feedbackBoxes).where(eq(feedbackBoxes.meetingId, meetingId));
	});
}

let config: ReturnType<typeof readConfig> | undefined;
function readConfigOnce() {
	return (config ??= readConfig());
}
