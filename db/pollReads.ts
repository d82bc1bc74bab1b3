// Polls as the hall, the desk and the report see them.
import { and, asc, eq, inArray, ne } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { resultOf, wordsOf, type Counted } from '#domain/pollCounts.ts';
import type { DeskPoll, Poll, PollForm, WrittenWord } from '#domain/polls.ts';
import type { Reader } from './client.ts';
import { concerns, concernSources, pollCounts, polls } from './schema/index.ts';

export type PollRow = typeof polls.$inferSelect;

/** Polls that are open or closed, by number, as everybody sees them. */
export async function publicPolls(db: Reader, meetingId: string): Promise<Poll[]> {
	const rows = await db
		.select()
		.from(polls)
		.where(and(eq(polls.meetingId, meetingId), ne(polls.state, 'draft')))
		.orderBy(asc(polls.number));
	return (await deskViews(db, rows)).map(asPublic);
}

/** All polls of a meeting by number. The caller has asked the policy. */
export async function deskPolls(db: Reader, meetingId: string): Promise<DeskPoll[]> {
	const rows = await db.select().from(polls).where(eq(polls.meetingId, meetingId)).orderBy(asc(polls.number));
	return deskViews(db, rows);
}

/** One poll as the desk sees it. The caller has asked the policy. */
export async function deskPoll(db: Reader, row: PollRow): Promise<DeskPoll> {
	const [poll] = await deskViews(db, [row]);
	return poll!;
}

/** The same as everybody sees it. */
export function asPublic({ isShown, unvetted: _, ...poll }: DeskPoll): Poll {
	return { ...poll, result: isShown ? poll.result : null };
}

/** A poll whose result everybody sees. @throws Refusal not-found */
export async function shownPoll(db: Reader, meetingId: string, number: number): Promise<Poll> {
	const [row] = await db
		.select()
		.from(polls)
		.where(and(eq(polls.meetingId, meetingId), eq(polls.number, number), eq(polls.isShown, true)));
	if (!row) throw new Refusal('not-found');
	return asPublic(await deskPoll(db, row));
}

/** The words of each closed poll of open words, most first, by its id. @throws Refusal for who may not see them */
export async function wordsToVet(
	db: Reader,
	actor: Actor,
	meetingId: string,
): Promise<Record<string, WrittenWord[]>> {
	authorize(actor, 'poll:run');
	const rows = await db
		.select()
		.from(polls)
		.where(and(eq(polls.meetingId, meetingId), eq(polls.kind, 'words'), eq(polls.state, 'closed')));
	const counts = await countsOf(db, rows);
	return Object.fromEntries(
		rows.map(({ id, vettedWords }) => [
			id,
			wordsOf(counts.get(id) ?? []).map((word) => ({
				...word,
				isFine: vettedWords?.includes(word.word) ?? false,
			})),
		]),
	);
}

async function deskViews(db: Reader, rows: PollRow[]): Promise<DeskPoll[]> {
	const counts = await countsOf(db, rows);
	const concernOf = await concernsOf(db, rows);
	return rows.map((row) => viewOf(row, counts.get(row.id) ?? [], concernOf.get(row.id) ?? null));
}

function viewOf(row: PollRow, counts: Counted[], concern: string | null): DeskPoll {
	const { id, number, state, voted, present, onScreen, isShown, vettedWords } = row;
	const form = formOfRow(row);
	const isClosed = state === 'closed';
	return {
		...form,
		...{ id, number, state, voted, present, onScreen, isShown, concern },
		openedAt: row.openedAt?.toISOString() ?? null,
		closedAt: row.closedAt?.toISOString() ?? null,
		result: isClosed ? resultOf(id, form, counts, vettedWords ?? []) : null,
		unvetted: isClosed && row.kind === 'words' && vettedWords === null ? wordsOf(counts).length : 0,
	};
}

/** What a poll asks. */
export function formOfRow({
	kind,
	question,
	options,
	most,
	scaleTo,
	scaleLow,
	scaleHigh,
}: PollRow): PollForm {
	const scale = scaleTo === null ? null : { to: scaleTo, low: scaleLow ?? '', high: scaleHigh ?? '' };
	return { kind, question, options, most, scale };
}

async function countsOf(db: Reader, rows: PollRow[]): Promise<Map<string, Counted[]>> {
	const ids = rows.filter(({ state }) => state === 'closed').map(({ id }) => id);
	if (ids.length === 0) return new Map();
	const counts = await db.select().from(pollCounts).where(inArray(pollCounts.pollId, ids));
	return Map.groupBy(counts, ({ pollId }) => pollId);
}

async function concernsOf(db: Reader, rows: PollRow[]): Promise<Map<string, string>> {
	if (rows.length === 0) return new Map();
	const found = await db
		.select({ id: concernSources.sourceId, number: concerns.number })
		.from(concernSources)
		.innerJoin(concerns, eq(concerns.id, concernSources.concernId))
		.where(
			and(
				eq(concernSources.kind, 'poll'),
				inArray(
					concernSources.sourceId,
					rows.map(({ id }) => id),
				),
			),
		);
	return new Map(found.map(({ id, number }) => [id, number]));
}
