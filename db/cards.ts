// What is done with the board's cards beside writing them: support one, bring something said elsewhere onto the board, make a concern of one.
import { and, eq, inArray, sql } from 'drizzle-orm';
import { beginBoard, captureOnBoard, readBoard, type Card } from '#domain/board.ts';
import { captureCardInput, cardInput, cardSupportInput } from '#domain/cards.ts';
import { authorOf, documentName, type DocumentPlace } from '#domain/documents.ts';
import { Refusal } from '#domain/errors.ts';
import { isEditable } from '#domain/meetings.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';
import { isBlocked } from './blocked.ts';
import { copyCards } from './cardCopies.ts';
import { tellCards } from './cardFacts.ts';
import type { Transaction } from './client.ts';
import { command } from './command.ts';
import { forgetConcern, newConcern } from './concerns.ts';
import { addSource, concernMadeOf } from './concernSources.ts';
import { changeDocument, documentIn, lockDocument } from './documents.ts';
import { pseudonymsIn } from './identity.ts';
import { saidAt, saidElsewhere } from './said.ts';
import { boardCards, cardSupports, concernSources, meetings, questions } from './schema/index.ts';

type MeetingRow = typeof meetings.$inferSelect;
const boardOf = (meetingId: string): DocumentPlace => ({ kind: 'board', id: meetingId });

/**
 * Supports a card, or takes that back, while the meeting is live. Twice changes nothing; a browser before and after signing in is one
 * person.
 * @throws Refusal not-found, blocked, meeting-not-live, own-card, no-guest
 */
export const supportCard = command(cardSupportInput, async (work, { meetingId, key, on }) => {
	const { tx, actor } = work;
	const meeting = await lockMeetingRow(tx, actor, meetingId);
	const me = pseudonymsIn(meetingId, actor);
	const onBoard = pseudonymsIn(meetingId, actor, 'board').all;
	authorize(actor, 'card:support', { blocked: await isBlocked(tx, meetingId, [...me.all, ...onBoard]) });
	if (meeting.state !== 'live') throw new Refusal('meeting-not-live');
	// One at a time per card: what the hall is told is then what is counted.
	await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`card:${meetingId}:${key}`}, 0))`);
	const theirs = and(
		eq(cardSupports.meetingId, meetingId),
		eq(cardSupports.key, key),
		inArray(cardSupports.supporter, me.all),
	);
	if (!on) {
		const gone = await tx.delete(cardSupports).where(theirs).returning();
		return gone.length > 0 ? tellCards(work, meetingId, [key]) : undefined;
	}
	const source = await sourceOf(tx, meetingId, key);
	if (onBoard.includes(authorOf(key)) || (await hasAsked(tx, source, me.all))) throw new Refusal('own-card');
	const supporter = me.account ?? me.guest;
	if (!supporter) throw new Refusal('no-guest');
	if ((await tx.$count(cardSupports, theirs)) > 0) return;
	await tx.insert(cardSupports).values({ meetingId, key, supporter }).onConflictDoNothing();
	await tellCards(work, meetingId, [key]);
});

/**
 * Brings a public question, a caption or a published pin onto the board, as a card of the first column that keeps where it comes from
 * and the moment in the meeting. A second time gives the same card.
 * @throws Refusal not-found, question-state, pin-state, meeting-state
 */
export const captureCard = command(captureCardInput, async (work, { meetingId, kind, id }) => {
	const { tx, actor } = work;
	if (kind !== 'caption' || !can(actor, 'caption:write')) authorize(actor, 'board:capture');
	const meeting = await lockMeetingRow(tx, actor, meetingId);
	if (!isEditable(meeting) && meeting.state !== 'ended') throw new Refusal('meeting-state');
	const said = await saidElsewhere(tx, actor, meeting, kind, id);
	const place = boardOf(meetingId);
	await lockDocument(tx, documentName(place));
	const there = (await cardsIn(tx, meetingId)).find(({ source }) => source.kind === kind && source.id === id);
	if (there) return { key: there.key };
	const at = saidAt(meeting, said.at);
	const source = { kind, id, ...(at === null ? {} : { at }) };
	const key = await changeDocument(tx, place, (doc) => {
		if (readBoard(doc).columns.length === 0) beginBoard(doc);
		return captureOnBoard(doc, source, said);
	});
	await copyCards(tx, meetingId);
	work.note('card:capture', `card:${key}`, { meeting: meetingId });
	return { key };
});

/**
 * Makes a numbered concern of a card; of one that was captured from a concern's question, that concern. A second time gives the same.
 * @throws Refusal not-found, meeting-state, card-empty
 */
export const acceptCard = command(cardInput, async (work, { meetingId, key }) => {
	authorize(work.actor, 'concern:capture');
	const { tx, actor } = work;
	const meeting = await lockMeetingRow(tx, actor, meetingId);
	await lockDocument(tx, documentName(boardOf(meetingId)));
	const before = await concernMadeOf(tx, 'card', key);
	if (before) return { number: before.number };
	// The report has given every concern its outcome: one more would have none.
	if (meeting.state === 'reported') throw new Refusal('meeting-state');
	const card = (await cardsIn(tx, meetingId)).find((one) => one.key === key);
	if (!card) throw new Refusal('not-found');
	const title = card.text.replace(/\s+/g, ' ').trim();
	if (!title) throw new Refusal('card-empty');
	const { kind, id } = card.source;
	const concern =
		(kind === 'typed' ? undefined : await concernMadeOf(tx, kind, id)) ??
		(await newConcern(tx, { title, meetingId }));
	const saidAtSecond = card.source.at ?? null;
	await addSource(tx, concern.id, { kind: 'card', sourceId: key, meetingId, words: card.text, saidAtSecond });
	if (kind !== 'typed') {
		const { text } = await saidElsewhere(tx, actor, meeting, kind, id);
		await addSource(tx, concern.id, { kind, sourceId: id, meetingId, words: text, saidAtSecond });
	}
	await tellCards(work, meetingId, [key]);
	work.note('concern:capture', `concern:${concern.number}`, { card: key });
	return { number: concern.number };
});

/**
 * Takes back that a card became a concern, while nobody has worked with that; the card stays. The number is not given again.
 * @throws Refusal not-found, nothing-to-undo
 */
export const releaseCard = command(cardInput, async (work, { meetingId, key }) => {
	authorize(work.actor, 'concern:capture');
	const { tx, actor } = work;
	await lockMeetingRow(tx, actor, meetingId);
	await lockDocument(tx, documentName(boardOf(meetingId)));
	const concern = await concernMadeOf(tx, 'card', key);
	if (!concern) throw new Refusal('nothing-to-undo');
	const sources = await tx.select().from(concernSources).where(eq(concernSources.concernId, concern.id));
	const hasOthers =
		sources.some((source) => source.kind === 'card' && source.sourceId !== key) ||
		(await tx.$count(questions, eq(questions.concern, concern.number))) > 0;
	if (hasOthers)
		await tx
			.delete(concernSources)
			.where(and(eq(concernSources.kind, 'card'), eq(concernSources.sourceId, key)));
	else await forgetConcern(work, concern.number);
	await tellCards(work, meetingId, [key]);
	if (hasOthers) work.note('concern:release', `concern:${concern.number}`, { card: key });
});

async function lockMeetingRow(tx: Transaction, actor: Actor, meetingId: string): Promise<MeetingRow> {
	const [meeting] = await tx.select().from(meetings).where(eq(meetings.id, meetingId)).for('share');
	if (!meeting || !can(actor, 'board:read', meeting)) throw new Refusal('not-found');
	return meeting;
}

async function cardsIn(tx: Transaction, meetingId: string): Promise<Card[]> {
	const doc = await documentIn(tx, boardOf(meetingId));
	const { cards } = readBoard(doc);
	doc.destroy();
	return cards;
}

/** Where a card comes from; the rows are a second behind the document. @throws Refusal not-found */
async function sourceOf(tx: Transaction, meetingId: string, key: string): Promise<Card['source']> {
	const [row] = await tx
		.select({ kind: boardCards.sourceKind, id: boardCards.sourceId })
		.from(boardCards)
		.where(and(eq(boardCards.meetingId, meetingId), eq(boardCards.key, key)));
	const source = row ?? (await cardsIn(tx, meetingId)).find((card) => card.key === key)?.source;
	if (!source) throw new Refusal('not-found');
	return source;
}

async function hasAsked(tx: Transaction, { kind, id }: Card['source'], me: string[]): Promise<boolean> {
	if (kind !== 'question') return false;
	return (
		(await tx.$count(questions, and(sql`${questions.id}::text = ${id}`, inArray(questions.author, me)))) > 0
	);
}
