// "Is it fixed?": what those who asked and supported say of a claim, and what follows from it. Text and photo are for staff alone.
import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import { keepAnswerInput, type answerInput } from '#domain/followups.ts';
import { system, type Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import type * as v from 'valibot';
import { readClaim } from './claims.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import { followConcerns, lockRootsOf, type ConcernRow } from './concernMoves.ts';
import { standingOf, type Standing } from './followupAskers.ts';
import { moveOn } from './followupMoves.ts';
import { isConfirmed, reopenNotFixed, verdictIn } from './followupVerdicts.ts';
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
	for (const root of roots)
		await reopenNotFixed(work, await followConcerns(work, [root], await isConfirmed(work.tx, root)));
}

/** @returns undefined where there is none */
async function readRow(db: Reader, number: string): Promise<FollowupRow | undefined> {
	const [row] = await db.select().from(followups).where(eq(followups.number, number.trim().toUpperCase()));
	return row;
}
