// What was answered to "is it fixed?": numbers for everybody, words and photos for staff, one's own answer for oneself.
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { readConfig } from '#config';
import { Refusal } from '#domain/errors.ts';
import type { Answer, AnswerCounts, Answers, Asked } from '#domain/followups.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { readClaim } from './claims.ts';
import type { Reader } from './client.ts';
import { standingOf } from './followupAskers.ts';
import { followupAnswers, followupPhotos, followups } from './schema/index.ts';

/** How many say what, of the claim as it is now and of those before. */
export async function answersOf(db: Reader, followupId: string): Promise<AnswerCounts> {
	const [followup] = await db
		.select({ claims: followups.claims })
		.from(followups)
		.where(eq(followups.id, followupId));
	const rows = await db
		.select({
			claim: followupAnswers.claim,
			answer: followupAnswers.answer,
			count: sql<number>`count(*)::int`,
		})
		.from(followupAnswers)
		.where(eq(followupAnswers.followupId, followupId))
		.groupBy(followupAnswers.claim, followupAnswers.answer);
	const of = (claim: number): Answers => {
		const count = (answer: Answer) =>
			rows.find((row) => row.claim === claim && row.answer === answer)?.count ?? 0;
		return { fixed: count('fixed'), 'not-fixed': count('not-fixed'), 'cannot-tell': count('cannot-tell') };
	};
	const claims = followup?.claims ?? 0;
	return {
		now: of(claims),
		earlier: Array.from({ length: Math.max(0, claims - 1) }, (_, at) => of(claims - 1 - at)),
		needed: readConfig().ANSWERS_THAT_COUNT,
	};
}

/**
 * Whether somebody is asked whether a follow-up is fixed, and what they have answered.
 * @param words of a claim code: whoever has them is asked as whoever they were given to
 */
export async function whatIsAsked(db: Reader, actor: Actor, number: string, words?: string): Promise<Asked> {
	const notAsked = { asked: false, isAsker: false, answer: null };
	const [row] = await db.select().from(followups).where(eq(followups.number, number));
	const isClaimed = row?.visibility === 'public' && (row.state === 'done' || row.state === 'verified');
	if (!isClaimed || (actor.account && row.claimedById === actor.account.id)) return notAsked;
	const claim = words === undefined ? undefined : readClaim(words);
	const standing = await standingOf(db, actor, row, claim);
	if (!standing) return notAsked;
	const { isAsker, answerers } = standing;
	const [said] = await db
		.select({ answer: followupAnswers.answer, text: followupAnswers.text, photo: followupPhotos.id })
		.from(followupAnswers)
		.leftJoin(followupPhotos, isPhotoOfAnswer)
		.where(
			and(
				eq(followupAnswers.followupId, row.id),
				eq(followupAnswers.claim, row.claims),
				inArray(followupAnswers.answerer, answerers),
			),
		);
	const answer = said ? { answer: said.answer, text: said.text, hasPhoto: said.photo !== null } : null;
	return { asked: true, isAsker, answer };
}

const isPhotoOfAnswer = and(
	eq(followupPhotos.followupId, followupAnswers.followupId),
	eq(followupPhotos.claim, followupAnswers.claim),
	eq(followupPhotos.answerer, followupAnswers.answerer),
);

/** An answer as staff see it: with its words and photos. */
export type StaffAnswer = {
	/** 1 for the first time it was claimed done. */
	claim: number;
	answer: Answer;
	isAsker: boolean;
	text: string;
	/** Their ids, the newest first: more than one where somebody has answered from two browsers that turned out to be theirs. */
	photos: string[];
	at: string;
};

/** All answers to a follow-up's claims, the newest first. @throws Refusal sign-in-needed, forbidden, not-found */
export async function answersForStaff(db: Reader, actor: Actor, number: string): Promise<StaffAnswer[]> {
	authorize(actor, 'followup:board');
	const [row] = await db.select().from(followups).where(eq(followups.number, number.toUpperCase()));
	if (!row) throw new Refusal('not-found', 'number');
	const { claim, answer, isAsker, text, at } = followupAnswers;
	const rows = await db
		.select({
			...{ claim, answer, isAsker, text, at },
			photos: sql<string[]>`array(
				select ${followupPhotos.id}::text from ${followupPhotos} where ${isPhotoOfAnswer}
				order by ${followupPhotos.addedAt} desc, ${followupPhotos.id})`,
		})
		.from(followupAnswers)
		.where(eq(followupAnswers.followupId, row.id))
		.orderBy(desc(claim), desc(at), asc(answer));
	return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
