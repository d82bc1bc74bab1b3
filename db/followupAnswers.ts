// "Is it fixed?": what those who asked and supported say of a claim, and what follows from it. Text and photo are for staff alone.
import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import { keepAnswerInput, verdictOf, type answerInput, type Answers } from '#domain/followups.ts';
import { system, type Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import type * as v from 'valibot';
import { readClaim } from './claims.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import { followConcerns, lockRootsOf, moveConcern, type ConcernRow } from './concernMoves.ts';
import { withMerged } from './concernSources.ts';
import { standingOf, type Standing } from './followupAskers.ts';
import { moveOn } from './followupMoves.ts';
import { lockFollowup, type FollowupRow } from './followups.ts';
import { keptPicture } from './pictures.ts';
import { followupAnswers, followupPhotos, followups } from './schema/index.ts';

type Photo = { id: string; sent: Uint8Array };
type Said = Pick<v.InferOutput<typeof keepAnswerInput>, 'answer' | 'text' | 'photo'>;

/**
 * Says whether what was claimed is fixed; once per person and claim, and what is said last counts. What the answers make of the claim
 * happens at once: the follow-up is verified or opened again, and its concerns with it.
 * @throws Refusal not-found, not-asked, own-claim, followup-state (nothing is claimed), claim-unknown, and those of keptPicture
 */
export async function answerFollowup(
	db: Database,
	actor: Actor,
	{ photo, ...input }: v.InferInput<typeof answerInput> & { photo?: Photo },
): Promise<void> {
	if (!photo) return keepAnswer(db, actor, input);
	// Nobody makes us decode a picture who is not asked.
	await assertAsked(db, actor, await readRow(db, input.number), input.words);
	const picture = await keptPicture(photo.sent);
	await keepAnswer(db, actor, { ...input, photo: { id: photo.id, ...picture } });
}

const keepAnswer = command(keepAnswerInput, async (work, { number, words, ...said }): Promise<void> => {
	const { tx, actor } = work;
	const roots = await lockRootsOf(tx, number);
	const row = await lockFollowup(tx, number);
	const standing = await assertAsked(tx, actor, row, words);
	if (!(await keep(tx, row, standing, said))) return;
	// What follows is no person's act: whoever answered is named nowhere.
	await decide({ ...work, actor: system }, row, roots);
});

/** @throws Refusal as `answerFollowup` says */
async function assertAsked(
	db: Reader,
	actor: Actor,
	row: FollowupRow | undefined,
	words: string | undefined,
): Promise<Standing> {
	if (!row || row.visibility === 'internal') throw new Refusal('not-found', 'number');
	// Whoever has the words needs neither browser nor account: they were given to one person.
	if (words === undefined) authorize(actor, 'followup:answer');
	const claim = digestOf(words);
	if (row.state !== 'done' && row.state !== 'verified') throw new Refusal('followup-state');
	const standing = await standingOf(db, actor, row, claim);
	if (!standing) throw new Refusal('not-asked');
	if (actor.account && row.claimedById === actor.account.id) throw new Refusal('own-claim');
	return standing;
}

/** @throws Refusal claim-unknown */
function digestOf(words: string | undefined): string | undefined {
	if (words === undefined) return undefined;
	const digest = readClaim(words);
	if (digest === null) throw new Refusal('claim-unknown', 'words');
	return digest;
}

/** The follow-up is locked: answers given at once by two browsers of one person become one. @returns whether anything is new */
async function keep(
	tx: Transaction,
	row: FollowupRow,
	{ isAsker, answerers }: Standing,
	{ answer, text, photo }: Said,
): Promise<boolean> {
	const isTheirs = theirsIn(row, answerers);
	const [before, ...more] = await tx.select().from(followupAnswers).where(isTheirs);
	const answerer = before?.answerer ?? answerers[0]!;
	const isOfAnswer = and(eq(followupPhotos.followupId, row.id), eq(followupPhotos.claim, row.claims));
	if (more.length > 0)
		await tx.delete(followupAnswers).where(and(isTheirs, ne(followupAnswers.answerer, answerer)));
	if (before)
		await tx
			.update(followupPhotos)
			.set({ answerer })
			.where(and(isOfAnswer, inArray(followupPhotos.answerer, answerers)));
	if (photo) {
		const { id, ...picture } = photo;
		await tx.delete(followupPhotos).where(and(isOfAnswer, eq(followupPhotos.answerer, answerer)));
		const kept = await tx
			.insert(followupPhotos)
			.values({ id, ...picture, followupId: row.id, claim: row.claims, answerer })
			.onConflictDoNothing()
			.returning({ id: followupPhotos.id });
		if (kept.length === 0) throw new Refusal('bad-input', 'id');
	}
	const isSame = before?.answer === answer && before.text === text && before.isAsker === isAsker;
	if (isSame && more.length === 0 && !photo) return false;
	const set = { isAsker, answer, text, at: sql`now()` };
	await tx
		.insert(followupAnswers)
		.values({ followupId: row.id, claim: row.claims, answerer, isAsker, answer, text })
		.onConflictDoUpdate({
			target: [followupAnswers.followupId, followupAnswers.claim, followupAnswers.answerer],
			set,
		});
	return true;
}

const theirsIn = (row: Pick<FollowupRow, 'id' | 'claims'>, answerers: string[]) =>
	and(
		eq(followupAnswers.followupId, row.id),
		eq(followupAnswers.claim, row.claims),
		inArray(followupAnswers.answerer, answerers),
	);

/** What the answers make of a claim, and of the concerns. One that was verified stays so: where it is not fixed, the concern is opened again. */
async function decide(work: Work, row: FollowupRow, roots: ConcernRow[]): Promise<void> {
	const verdict = row.state === 'done' ? await verdictIn(work.tx, row) : null;
	if (verdict !== null) await moveOn(work, row, verdict);
	for (const root of roots) {
		const isNotFixed =
			row.state === 'verified' &&
			(await verdictIn(work.tx, row, await lastReopened(work.tx, root))) === 'reopened';
		if (isNotFixed) await reopen(work, root);
		else await followConcerns(work, [root], await isConfirmed(work.tx, root));
	}
}

/** Nothing of a concern is left to do, and somebody who counts says that it is not fixed. */
async function reopen(work: Work, root: ConcernRow): Promise<void> {
	if (root.state !== 'resolved' && root.state !== 'confirmed') return;
	const claimed = await ofConcern(work.tx, root);
	if (claimed.every(({ state }) => state === 'verified')) await moveConcern(work, root, 'reopened');
}

/**
 * Whether residents themselves have confirmed all that was done for a concern. Who said "not fixed" before it was opened again was
 * heard by that.
 */
async function isConfirmed(tx: Transaction, root: ConcernRow): Promise<boolean> {
	const since = await lastReopened(tx, root);
	for (const row of await ofConcern(tx, root)) {
		const verdict = await verdictIn(tx, row, since);
		if (verdict === 'reopened' || (verdict === null && !row.isByResidents)) return false;
	}
	return true;
}

/** When a concern was opened again last; null where it never was. */
async function lastReopened(tx: Transaction, root: ConcernRow): Promise<string | null> {
	const { rows } = await tx.execute<{ at: string | null }>(
		sql`select max(at)::text as at from concern_events where concern_id = ${root.id} and "to" = 'reopened'`,
	);
	return rows[0]!.at;
}

type Claimed = Pick<FollowupRow, 'id' | 'state' | 'claims'> & { isByResidents: boolean };
/** Follow-ups of a concern, and of those merged into it, that were claimed done. */
async function ofConcern(tx: Transaction, root: ConcernRow): Promise<Claimed[]> {
	const { rows } = await tx.execute<Claimed>(sql`
		select f.id, f.state, f.claims, f.state = 'verified' and not exists (
			select from followup_events e where e.followup_id = f.id and e."to" = 'verified' and e.person_id is not null
		) as "isByResidents"
		from followups f where f.visibility = 'public' and f.state in ('done', 'verified') and f.id in (
			select followup_id from followup_concerns where concern_id in (${withMerged(root.id)}))`);
	return rows;
}

/** @param since of "not fixed" only what was said after this */
async function verdictIn(
	tx: Transaction,
	row: Pick<FollowupRow, 'id' | 'claims'>,
	since: string | null = null,
) {
	const rows = await tx
		.select({
			isAsker: followupAnswers.isAsker,
			answer: followupAnswers.answer,
			count: sql<number>`count(*)::int`,
		})
		.from(followupAnswers)
		.where(
			and(
				eq(followupAnswers.followupId, row.id),
				eq(followupAnswers.claim, row.claims),
				since
					? sql`(${followupAnswers.answer} <> 'not-fixed' or ${followupAnswers.at} > ${since}::timestamptz)`
					: undefined,
			),
		)
		.groupBy(followupAnswers.isAsker, followupAnswers.answer);
	return verdictOf(counted(rows), counted(rows.filter(({ isAsker }) => isAsker)));
}

const noAnswers: Answers = { fixed: 0, 'not-fixed': 0, 'cannot-tell': 0 };
const counted = (rows: { answer: keyof Answers; count: number }[]) =>
	rows.reduce<Answers>((sum, { answer, count }) => ({ ...sum, [answer]: sum[answer] + count }), noAnswers);

/** @returns undefined where there is none */
async function readRow(db: Reader, number: string): Promise<FollowupRow | undefined> {
	const [row] = await db.select().from(followups).where(eq(followups.number, number.trim().toUpperCase()));
	return row;
}
