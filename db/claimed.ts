// What somebody comes back to with the words of a claim code: their pin, question or card, what became of it, what was promised and done.
import { and, desc, eq, inArray, isNotNull, ne, or, sql } from 'drizzle-orm';
import type { Activity } from '#domain/activities.ts';
import type { Concern, ConcernSourceKind } from '#domain/concerns.ts';
import { Refusal } from '#domain/errors.ts';
import type { AnswerCounts, Asked, Followup } from '#domain/followups.ts';
import type { Actor } from '#domain/people.ts';
import type { OwnPin } from '#domain/pins.ts';
import type { OwnQuestion } from '#domain/questions.ts';
import type { Round } from '#domain/rounds.ts';
import { activitiesFor } from './activities.ts';
import { readClaim } from './claims.ts';
import type { Reader } from './client.ts';
import { concernMadeOf, withMerged } from './concernSources.ts';
import { answersOf, whatIsAsked } from './followupAnswerReads.ts';
import { deskFollowupsBy, withoutOffice } from './followupReads.ts';
import { ownPin } from './pinReads.ts';
import { ownQuestion } from './questions.ts';
import { readRound } from './rounds.ts';
import {
	boardCards,
	concerns,
	followupEvents,
	followups,
	followupUpdates,
	meetings,
	pins,
	questions,
} from './schema/index.ts';

type Meeting = { slug: string; title: string };
/** What the words were given for, as its author sees it. */
type Given =
	| { kind: 'pin'; round: Round; pin: OwnPin; activities: Activity[] }
	| { kind: 'question'; meeting: Meeting; question: OwnQuestion }
	| { kind: 'card'; meeting: Meeting; text: string };
export type ClaimedFollowup = {
	followup: Followup;
	/** What was told of it last. */
	update: { text: string; at: string } | null;
	counts: AnswerCounts;
	asked: Asked;
};
export type Claimed = Given & {
	/** What it became: where that was merged, what it stands in now. */
	concern: Pick<Concern, 'number' | 'title' | 'state'> | null;
	followups: ClaimedFollowup[];
};

/**
 * What a claim code opens. Whoever has the words sees it as its author does, and is asked what its author is asked.
 * @param words as they were typed
 * @throws Refusal claim-unknown: no code, or one of nothing; the answer is the same
 */
export async function readClaimed(db: Reader, actor: Actor, words: string): Promise<Claimed> {
	const digest = readClaim(words);
	const found =
		digest === null
			? undefined
			: ((await pinOf(db, digest)) ?? (await questionOf(db, digest)) ?? (await cardOf(db, digest)));
	if (!found) throw new Refusal('claim-unknown', 'words');
	const { given, source } = found;
	const concern = await concernOf(db, given.kind, source);
	return {
		...given,
		concern: concern && { number: concern.number, title: concern.title, state: concern.state },
		followups: await followupsFor(db, actor, words, { kind: given.kind, source, concernId: concern?.id }),
	};
}

/** `source`: what it is known by where concerns are made of it. */
type Found = { given: Given; source: string } | undefined;

async function pinOf(db: Reader, digest: string): Promise<Found> {
	const [pin] = await db.select().from(pins).where(eq(pins.claim, digest));
	const round = pin && (await readRound(db, pin.roundId));
	if (!round) return undefined;
	const activities = await activitiesFor(db, pin.id);
	return { given: { kind: 'pin', round, pin: await ownPin(db, pin), activities }, source: pin.id };
}

async function questionOf(db: Reader, digest: string): Promise<Found> {
	const [row] = await db
		.select({ question: questions, slug: meetings.slug, title: meetings.title })
		.from(questions)
		.innerJoin(meetings, eq(meetings.id, questions.meetingId))
		.where(eq(questions.claim, digest));
	if (!row) return undefined;
	const { question, ...meeting } = row;
	return { given: { kind: 'question', meeting, question: ownQuestion(question) }, source: question.id };
}

async function cardOf(db: Reader, digest: string): Promise<Found> {
	const [row] = await db
		.select({ key: boardCards.key, text: boardCards.text, slug: meetings.slug, title: meetings.title })
		.from(boardCards)
		.innerJoin(meetings, eq(meetings.id, boardCards.meetingId))
		.where(eq(boardCards.claim, digest));
	if (!row) return undefined;
	const { key, text, ...meeting } = row;
	return { given: { kind: 'card', meeting, text }, source: key };
}

/** The concern that something became, or that the question became into which it was merged; where that was merged, the one it is in now. */
async function concernOf(
	db: Reader,
	kind: ConcernSourceKind,
	source: string,
): Promise<typeof concerns.$inferSelect | null> {
	const made =
		(await concernMadeOf(db, kind, source)) ??
		(kind === 'question' ? await concernOfMerged(db, source) : undefined);
	if (made?.state !== 'merged') return made ?? null;
	const [root] = await db
		.select()
		.from(concerns)
		.where(
			sql`${concerns.state} <> 'merged' and ${concerns.id} in (
				with recursive up(id) as (
					select ${made.id}::uuid
					union select m.into_id from up join concern_merges m on m.concern_id = up.id and m.undone_at is null
				) select id from up)`,
		);
	return root ?? made;
}

async function concernOfMerged(db: Reader, questionId: string) {
	const { rows } = await db.execute<{ id: string }>(sql`
		with recursive up(id) as (
			select ${questionId}::uuid union select q.merged_into from up join questions q on q.id = up.id where q.merged_into is not null
		) select s.source_id as id from up join concern_sources s on s.kind = 'question' and s.source_id = up.id::text`);
	return rows[0] && concernMadeOf(db, 'question', rows[0].id);
}

/** Public follow-ups of the concern, and those that name the pin or the question itself. */
async function followupsFor(
	db: Reader,
	actor: Actor,
	words: string,
	{ kind, source, concernId }: { kind: Given['kind']; source: string; concernId: string | undefined },
): Promise<ClaimedFollowup[]> {
	const ofConcern =
		concernId &&
		sql`exists (select from followup_concerns fc where fc.followup_id = ${followups.id} and fc.concern_id in (${withMerged(concernId)}))`;
	const ofItself = sql`exists (select from followup_links l where l.followup_id = ${followups.id} and l.kind = ${kind} and l.target_id::text = ${source})`;
	const found = await deskFollowupsBy(
		db,
		and(eq(followups.visibility, 'public'), or(ofConcern || undefined, ofItself)),
	);
	const told = await lastTold(
		db,
		found.map(({ id }) => id),
	);
	return Promise.all(
		found.map(async (followup) => ({
			followup: withoutOffice(followup),
			update: told.get(followup.id) ?? null,
			counts: await answersOf(db, followup.id),
			asked: await whatIsAsked(db, actor, followup.number, words),
		})),
	);
}

/** The last update of each, or what was said with a claim after it: whoever is asked whether it is fixed has to know what was done. */
async function lastTold(db: Reader, ids: string[]): Promise<Map<string, { text: string; at: string }>> {
	if (ids.length === 0) return new Map();
	const { followupId, text, publishedAt } = followupUpdates;
	const updates = await db
		.selectDistinctOn([followupId], { followupId, text, at: publishedAt })
		.from(followupUpdates)
		.where(and(inArray(followupId, ids), eq(followupUpdates.isPublic, true), isNotNull(publishedAt)))
		.orderBy(followupId, desc(publishedAt));
	const events = followupEvents;
	const claims = await db
		.selectDistinctOn([events.followupId], {
			followupId: events.followupId,
			text: events.text,
			at: events.at,
		})
		.from(events)
		.where(and(inArray(events.followupId, ids), eq(events.to, 'done'), ne(events.text, '')))
		.orderBy(events.followupId, desc(events.at));
	const inOrder = [...updates, ...claims].sort((a, b) => a.at!.getTime() - b.at!.getTime());
	return new Map(inOrder.map(({ followupId, text, at }) => [followupId, { text, at: at!.toISOString() }]));
}
