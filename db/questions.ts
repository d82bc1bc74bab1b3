// Questions: asking, taking back, finding similar ones, and how a question is shown to whom.
import { and, asc, desc, eq, gt, inArray, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { Refusal } from '#domain/errors.ts';
import { deskRoom, hallRoom, personRoom, type Change } from '#domain/events.ts';
import { assertTakesQuestions } from '#domain/meetings.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';
import {
	askInput,
	claimLastsMs,
	isPublic,
	needsAnEye,
	publicStates,
	questionInput,
	similarInput,
	type DeskQuestion,
	type OwnQuestion,
	type Question,
} from '#domain/questions.ts';
import { isBlocked } from './blocked.ts';
import { claimDigestOf } from './claims.ts';
import type { Reader } from './client.ts';
import { checked, command, type Work } from './command.ts';
import { pseudonymsIn } from './identity.ts';
import { blocks, meetings, questions } from './schema/index.ts';

export type QuestionRow = typeof questions.$inferSelect;
type MeetingRow = typeof meetings.$inferSelect;

/**
 * Asks a question in a live meeting, or before it where its moderators say so. It is held when the meeting vets or its wording wants an eye, else published at once.
 * @returns the question as its asker sees it
 * @throws Refusal meeting-not-live, questions-closed, anonymous-not-allowed, blocked, slow-mode
 */
export const askQuestion = command(
	askInput,
	async (work, { meetingId, text, anonymous }): Promise<OwnQuestion> => {
		const { tx, actor } = work;
		const me = pseudonymsIn(meetingId, actor);
		// The meeting's row is locked: its counter numbers the questions, and slow mode sees the one before.
		const [meeting] = await tx.select().from(meetings).where(eq(meetings.id, meetingId)).for('no key update');
		if (!meeting || !can(actor, 'meeting:read', meeting)) throw new Refusal('not-found');
		authorize(actor, 'question:ask', { blocked: await isBlocked(tx, meetingId, me.all) });
		assertTakesQuestions(meeting);
		const byName = !anonymous && actor.account !== null;
		if (!byName && !meeting.anonymousAllowed) throw new Refusal('anonymous-not-allowed');
		if (byName && !actor.account!.name) throw new Refusal('name-needed');
		// Never the account's pseudonym: an anonymous question leads nowhere, whoever holds the database and SECRET.
		const author = byName ? me.account : me.guest;
		if (!author) throw new Refusal('no-guest');
		await assertSlowMode(tx, meeting, me.all);

		const heldBecause = whyHeld(meeting, text);
		const question = await addQuestion(work, meeting, {
			...{ text, author, heldBecause },
			askedById: byName ? actor.account!.id : null,
			askedByName: byName ? actor.account!.name : null,
		});
		return ownQuestion(question);
	},
);

/** Why a question waits for the desk; null when it is published at once. */
export function whyHeld(meeting: Pick<MeetingRow, 'vetting'>, text: string): 'wording' | 'vetting' | null {
	if (needsAnEye(text)) return 'wording';
	return meeting.vetting ? 'vetting' : null;
}

type Asked = Pick<QuestionRow, 'text' | 'author' | 'askedById' | 'askedByName'> & {
	heldBecause: 'wording' | 'vetting' | null;
} & Partial<Pick<QuestionRow, 'channel' | 'enteredById'>>;

/** Puts a question into a meeting whose row is locked, with the next number, and tells of it. */
export async function addQuestion(work: Work, meeting: MeetingRow, asked: Asked): Promise<QuestionRow> {
	const { heldBecause } = asked;
	const id = randomUUID();
	const number = meeting.questionCount + 1;
	await work.tx.update(meetings).set({ questionCount: number }).where(eq(meetings.id, meeting.id));
	const [question] = await work.tx
		.insert(questions)
		.values({
			...asked,
			...{ id, claim: claimDigestOf(`question:${id}`) },
			meetingId: meeting.id,
			number,
			state: heldBecause === 'wording' ? 'held' : heldBecause ? 'submitted' : 'published',
			publishedAt: heldBecause ? null : sql`now()`,
		})
		.returning();
	announce(work, meeting, undefined, question!, heldBecause ? 'asked' : 'published');
	return question!;
}

/**
 * The asker takes the question back; not while it is on air or after it was answered.
 * @throws Refusal not-found (also for somebody else's), question-state
 */
export const withdrawQuestion = command(questionInput, async (work, { questionId }) => {
	const { tx, actor } = work;
	const { question, meeting } = await lockQuestion(tx, questionId);
	const me = pseudonymsIn(meeting.id, actor);
	const own = me.all.includes(question.author);
	if (!can(actor, 'question:withdraw', { own, blocked: false })) throw new Refusal('not-found');
	if (question.state === 'withdrawn') return;
	if (!['submitted', 'held', 'published'].includes(question.state)) throw new Refusal('question-state');
	const [after] = await tx
		.update(questions)
		.set({ state: 'withdrawn', pinned: false })
		.where(eq(questions.id, questionId))
		.returning();
	announce(work, meeting, question, after!, 'withdrawn', {
		authorBlocked: await isBlocked(tx, meeting.id, [question.author]),
	});
});

/**
 * Published questions that say nearly the same, most similar first, at most three: "support this one instead".
 * Similarity is pg_trgm's, by word, from 0.3 up.
 */
export async function similarQuestions(
	db: Reader,
	actor: Actor,
	input: v.InferInput<typeof similarInput>,
): Promise<Question[]> {
	const { meetingId, text } = checked(similarInput, input);
	if (text.trim().length < 8) return [];
	const [meeting] = await db.select().from(meetings).where(eq(meetings.id, meetingId));
	if (!meeting || !can(actor, 'meeting:read', meeting)) throw new Refusal('not-found');
	const likeness = sql<number>`greatest(similarity(${questions.text}, ${text}), word_similarity(${text}, ${questions.text}) * 0.9)`;
	const rows = await db
		.select()
		.from(questions)
		.where(
			and(
				eq(questions.meetingId, meetingId),
				inArray(questions.state, ['published', 'on-air', 'answered']),
				gt(likeness, 0.3),
			),
		)
		.orderBy(desc(likeness), asc(questions.number))
		.limit(3);
	return rows.map((row) => publicQuestion(row, meeting));
}

/** All public questions of a meeting, oldest first. */
export async function publicQuestions(
	db: Reader,
	meeting: Pick<MeetingRow, 'id' | 'totalsHidden'>,
): Promise<Question[]> {
	const rows = await db
		.select()
		.from(questions)
		.where(and(eq(questions.meetingId, meeting.id), inArray(questions.state, publicStates)))
		.orderBy(asc(questions.number));
	return rows.map((row) => publicQuestion(row, meeting));
}

/** Every question of a meeting as the desk sees it, oldest first. The caller has asked the policy. */
export async function deskQuestions(db: Reader, meetingId: string): Promise<DeskQuestion[]> {
	const blocked = sql<boolean>`exists (select 1 from ${blocks} where ${blocks.meetingId} = ${questions.meetingId}
		and ${blocks.pseudonym} = ${questions.author} and ${blocks.liftedAt} is null)`;
	const rows = await db
		.select({ question: questions, blocked })
		.from(questions)
		.where(eq(questions.meetingId, meetingId))
		.orderBy(asc(questions.number));
	return rows.map((row) => deskQuestion(row.question, row.blocked));
}

/** The actor's own questions in a meeting, in every state. */
export async function ownQuestions(
	db: Reader,
	meetingId: string,
	pseudonyms: string[],
): Promise<OwnQuestion[]> {
	if (pseudonyms.length === 0) return [];
	const rows = await db
		.select()
		.from(questions)
		.where(and(eq(questions.meetingId, meetingId), inArray(questions.author, pseudonyms)))
		.orderBy(asc(questions.number));
	return rows.map(ownQuestion);
}

/**
 * Locks a question for a change and its meeting against one: always the meeting first, as every command does.
 * @throws Refusal not-found
 */
export async function lockQuestion(
	tx: Reader,
	questionId: string,
): Promise<{ question: QuestionRow; meeting: MeetingRow }> {
	const inMeeting = tx
		.select({ id: questions.meetingId })
		.from(questions)
		.where(eq(questions.id, questionId));
	const [meeting] = await tx.select().from(meetings).where(inArray(meetings.id, inMeeting)).for('share');
	const [question] = await tx
		.select()
		.from(questions)
		.where(eq(questions.id, questionId))
		.for('no key update');
	if (!meeting || !question) throw new Refusal('not-found');
	return { question, meeting };
}

/** Tells each room what a change of a question means for it: the hall, the desk, the asker. */
export function announce(
	work: Work,
	meeting: Pick<MeetingRow, 'id' | 'totalsHidden'>,
	before: QuestionRow | undefined,
	after: QuestionRow,
	change: Change,
	desk: { authorBlocked: boolean } = { authorBlocked: false },
): void {
	const by = work.actor.account?.name ?? null;
	const question = deskQuestion(after, desk.authorBlocked);
	work.record(deskRoom(meeting.id), 'desk:question', {
		question,
		change,
		by: change === 'asked' || change === 'withdrawn' ? null : by,
	});

	const shownBefore = before && isPublic(before) ? publicQuestion(before, meeting) : undefined;
	const shown = isPublic(after) ? publicQuestion(after, meeting) : undefined;
	if (shown && !same(shown, shownBefore))
		work.record(hallRoom(meeting.id), 'question:changed', { question: shown, change });
	if (!shown && shownBefore)
		work.record(hallRoom(meeting.id), 'question:removed', { questionId: after.id, change });

	const own = ownQuestion(after);
	if (!before || !same(own, ownQuestion(before)))
		work.record(personRoom(meeting.id, after.author), 'own:question', { question: own, change });
}

/** A question as everybody may see it: one place decides what a hidden total hides. */
export function publicQuestion(row: QuestionRow, meeting: Pick<MeetingRow, 'totalsHidden'>): Question {
	const hidden = meeting.totalsHidden;
	return {
		id: row.id,
		number: row.number,
		text: row.text,
		state: row.state,
		votes: hidden ? null : row.votes,
		votesWithAccount: hidden ? null : row.votesWithAccount,
		votesElsewhere: hidden ? null : { room: row.votesRoom, phone: row.votesPhone, paper: row.votesPaper },
		votesAside: hidden ? 0 : row.votesAside,
		votesFrozen: row.votesFrozen,
		askedBy: row.askedByName,
		channel: row.channel,
		askedAt: row.askedAt.toISOString(),
		publishedAt: row.publishedAt?.toISOString() ?? null,
		onAirAt: row.onAirAt?.toISOString() ?? null,
		answeredAt: row.answeredAt?.toISOString() ?? null,
		answeredHow: row.answeredHow,
		answer: row.answer,
		answeredBy: row.answeredByName,
		mergedInto: row.mergedInto,
		deferredDue: row.deferredDue,
		pinned: row.pinned,
		labels: row.labels,
		concern: row.concern,
	};
}

/** A question as moderators see it: totals always shown. */
export function deskQuestion(row: QuestionRow, authorBlocked: boolean): DeskQuestion {
	return {
		...publicQuestion(row, { totalsHidden: false }),
		declineReason: row.declineReason,
		declineNote: row.declineNote,
		heldBecause: row.heldBecause,
		claimedBy: row.claimedByName,
		claimedUntil: row.claimedAt && new Date(row.claimedAt.getTime() + claimLastsMs).toISOString(),
		authorBlocked,
		flaggedAt: row.flaggedAt?.toISOString() ?? null,
		disposition: row.disposition,
		dispositionNote: row.dispositionNote,
	};
}

/** A question as its own asker sees it. */
export function ownQuestion(row: QuestionRow): OwnQuestion {
	return {
		id: row.id,
		number: row.number,
		text: row.text,
		state: row.state,
		askedAt: row.askedAt.toISOString(),
		channel: row.channel,
		declineReason: row.declineReason,
		declineNote: row.declineNote,
		mergedInto: row.mergedInto,
		answer: row.answer,
	};
}

async function assertSlowMode(tx: Reader, meeting: MeetingRow, pseudonyms: string[]): Promise<void> {
	if (meeting.slowModeSeconds === 0) return;
	const [recent] = await tx
		.select({ id: questions.id })
		.from(questions)
		.where(
			and(
				eq(questions.meetingId, meeting.id),
				inArray(questions.author, pseudonyms),
				sql`${questions.askedAt} > now() - make_interval(secs => ${meeting.slowModeSeconds})`,
			),
		)
		.limit(1);
	if (recent) throw new Refusal('slow-mode');
}

function same(a: unknown, b: unknown): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}
