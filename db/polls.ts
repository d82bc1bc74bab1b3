// Polls at the desk: prepared, opened, closed, shown, captured. How one votes stands in pollVotes.ts.
import { and, eq, ne, sql } from 'drizzle-orm';
import { randomBytes } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import { deskRoom } from '#domain/events.ts';
import { authorize } from '#domain/policy.ts';
import {
	capturePollInput,
	closePollInput,
	editPollInput,
	formOfPoll,
	makePollInput,
	pollInput,
	screenPollInput,
	vetWordsInput,
	type PollForm,
} from '#domain/polls.ts';
import { wordsOf } from '#domain/pollCounts.ts';
import type { Transaction } from './client.ts';
import { command } from './command.ts';
import { newConcern } from './concerns.ts';
import { addSource, concernMadeOf } from './concernSources.ts';
import { lockMeeting, type MeetingRow } from './meetings.ts';
import { closeOpenPoll, tellPoll } from './pollClosing.ts';
import { deskPoll, type PollRow } from './pollReads.ts';
import { saidAt } from './said.ts';
import { pollBoxes, pollCounts, polls } from './schema/index.ts';

/** Makes a draft, which the desk alone sees. @throws Refusal meeting-state when the meeting is over */
export const makePoll = command(makePollInput, async (work, { meetingId, poll }) => {
	authorize(work.actor, 'poll:run');
	const { tx } = work;
	// One after the other: their numbers follow each other.
	const meeting = await lockMeeting(tx, meetingId);
	if (!['draft', 'scheduled', 'live'].includes(meeting.state)) throw new Refusal('meeting-state');
	const [last] = await tx
		.select({ number: sql<number>`coalesce(max(${polls.number}), 0)::int` })
		.from(polls)
		.where(eq(polls.meetingId, meetingId));
	const [row] = await tx
		.insert(polls)
		.values({ meetingId, number: last!.number + 1, ...columnsOf(formOfPoll(poll)) })
		.returning();
	await tellPoll(work, row!, 'poll:changed');
	work.note('poll:make', `poll:${row!.id}`, { kind: poll.kind });
	return { pollId: row!.id };
});

/** Changes a draft. What people are answering, or have answered, stays as it was asked. @throws Refusal not-found, poll-state */
export const editPoll = command(editPollInput, async (work, { pollId, poll }) => {
	authorize(work.actor, 'poll:run');
	const { poll: before } = await lockPoll(work.tx, pollId);
	if (before.state !== 'draft') throw new Refusal('poll-state');
	const row = await change(work.tx, pollId, columnsOf(formOfPoll(poll)));
	await tellPoll(work, row, 'poll:changed');
	work.note('poll:edit', `poll:${pollId}`, { kind: poll.kind });
});

/** Throws a draft away. A second time changes nothing. @throws Refusal poll-state for what was open once */
export const discardPoll = command(pollInput, async (work, { pollId }) => {
	authorize(work.actor, 'poll:run');
	const { tx } = work;
	const [row] = await tx.select().from(polls).where(eq(polls.id, pollId));
	if (!row) return;
	if ((await lockPoll(tx, pollId)).poll.state !== 'draft') throw new Refusal('poll-state');
	await tx.delete(polls).where(eq(polls.id, pollId));
	work.record(deskRoom(row.meetingId), 'desk:poll-discarded', { pollId });
	work.note('poll:discard', `poll:${pollId}`);
});

/**
 * Opens a draft in a live meeting and puts it on the projector's page. A second time changes nothing.
 * @throws Refusal not-found, meeting-not-live, poll-state, poll-open-already
 */
export const openPoll = command(pollInput, async (work, { pollId }) => {
	authorize(work.actor, 'poll:run');
	const { tx } = work;
	const { poll, meeting } = await lockPoll(tx, pollId);
	if (poll.state === 'open') return;
	if (poll.state !== 'draft') throw new Refusal('poll-state');
	if (meeting.state !== 'live') throw new Refusal('meeting-not-live');
	const others = and(eq(polls.meetingId, meeting.id), eq(polls.state, 'open'));
	if ((await tx.$count(polls, others)) > 0) throw new Refusal('poll-open-already');
	await tx.insert(pollBoxes).values({ pollId, key: randomBytes(24).toString('base64url') });
	for (const put of await takeFromScreen(tx, meeting.id, pollId)) await tellPoll(work, put, 'poll:changed');
	const row = await change(tx, pollId, { state: 'open', openedAt: new Date(), onScreen: true });
	await tellPoll(work, row, 'poll:opened');
	work.note('poll:open', `poll:${pollId}`);
});

/** Closes an open poll for good. A second time changes nothing. @throws Refusal not-found, poll-state for a draft */
export const closePoll = command(closePollInput, async (work, { pollId, show }) => {
	authorize(work.actor, 'poll:run');
	const { poll } = await lockPoll(work.tx, pollId);
	if (poll.state === 'closed') return;
	if (poll.state === 'draft') throw new Refusal('poll-state');
	await closeOpenPoll(work, poll, show);
});

/**
 * Shows the result of a closed poll to everybody, for good. Not of an open one: each step of a running count would say how whoever
 * has just voted did. A second time changes nothing.
 * @throws Refusal not-found, poll-state
 */
export const showPoll = command(pollInput, async (work, { pollId }) => {
	authorize(work.actor, 'poll:run');
	const { poll } = await lockPoll(work.tx, pollId);
	const isReady = poll.state === 'closed' && (poll.kind !== 'words' || poll.vettedWords !== null);
	if (!isReady) throw new Refusal('poll-state');
	if (poll.isShown) return;
	await tellPoll(work, await change(work.tx, pollId, { isShown: true }), 'poll:results');
	work.note('poll:show', `poll:${pollId}`);
});

/** Puts an open or closed poll on the projector's page in place of any other, or takes it away. @throws Refusal not-found, poll-state */
export const setPollOnScreen = command(screenPollInput, async (work, { pollId, on }) => {
	authorize(work.actor, 'poll:run');
	const { poll } = await lockPoll(work.tx, pollId);
	if (poll.state === 'draft') throw new Refusal('poll-state');
	if (poll.onScreen === on) return;
	const put = on ? await takeFromScreen(work.tx, poll.meetingId, pollId) : [];
	for (const other of put) await tellPoll(work, other, 'poll:changed');
	await tellPoll(work, await change(work.tx, pollId, { onScreen: on }), 'poll:changed');
	work.note('poll:screen', `poll:${pollId}`, { on });
});

/** Says which words of a closed poll everybody may see; the others are counted and not shown. @throws Refusal not-found, poll-state */
export const vetWords = command(vetWordsInput, async (work, { pollId, words }) => {
	authorize(work.actor, 'poll:run');
	const { tx } = work;
	const { poll } = await lockPoll(tx, pollId);
	if (poll.state !== 'closed' || poll.kind !== 'words') throw new Refusal('poll-state');
	const written = wordsOf(await tx.select().from(pollCounts).where(eq(pollCounts.pollId, pollId)));
	const fine = written.map(({ word }) => word).filter((word) => words.includes(word));
	const row = await change(tx, pollId, { vettedWords: fine });
	await tellPoll(work, row, 'poll:results');
	work.note('poll:vet', `poll:${pollId}`, { shown: fine.length, withheld: written.length - fine.length });
});

/**
 * Captures a closed poll whose result is shown as a concern; what it says is the question and its finding. A second time gives the
 * same concern.
 * @returns its number
 * @throws Refusal not-found, poll-state, meeting-state
 */
export const capturePoll = command(capturePollInput, async (work, { pollId, title }) => {
	authorize(work.actor, 'concern:capture');
	const { tx } = work;
	const { poll, meeting } = await lockPoll(tx, pollId);
	const there = await concernMadeOf(tx, 'poll', pollId);
	if (there) return { number: there.number };
	if (!poll.isShown) throw new Refusal('poll-state');
	// The report has given every concern its outcome: one more would have none.
	if (meeting.state === 'reported') throw new Refusal('meeting-state');
	const concern = await newConcern(tx, { title: title ?? poll.question, meetingId: meeting.id });
	await addSource(tx, concern.id, {
		...{ kind: 'poll', sourceId: pollId, meetingId: meeting.id },
		words: await findingOf(tx, poll),
		saidAtSecond: saidAt(meeting, poll.closedAt!),
	});
	await tellPoll(work, poll, 'poll:changed');
	work.note('concern:capture', `concern:${concern.number}`, { poll: pollId });
	return { number: concern.number };
});

/** Gives a copy of a meeting the polls that wait there. What was asked already was of that evening, and has its answer. */
export async function copyDraftPolls(tx: Transaction, from: string, to: string): Promise<void> {
	await tx.execute(sql`
		insert into polls (meeting_id, number, kind, question, options, most, scale_to, scale_low, scale_high)
		select ${to}, row_number() over (order by number), kind, question, options, most, scale_to, scale_low, scale_high
		from polls where meeting_id = ${from} and state = 'draft'`);
}

/** The question and what it came to, in figures and the poll's own words: a concern is read in every language. */
async function findingOf(tx: Transaction, row: PollRow): Promise<string> {
	const { question, options, result, voted } = await deskPoll(tx, row);
	const lines = ((): string[] => {
		switch (result?.kind) {
			case 'single':
			case 'multiple':
				return mostFirst(options, result.votes, result.ballots);
			case 'ranked': {
				// The last round: who won, and against whom.
				const { votes, exhausted } = result.rounds.at(-1)!;
				return result.winner === null ? [] : mostFirst(options, votes, result.ballots - exhausted);
			}
			case 'scale':
				return result.mean === null ? [] : [`⌀ ${result.mean} (1–${row.scaleTo})`];
			case 'words':
				return result.words.slice(0, 10).map(({ word, ballots }) => `${word}: ${ballots}`);
			default:
				return [];
		}
	})();
	return [question, ...lines, `n = ${voted}`].join('\n');
}

/** Options that are still in, with how many chose them and which part of all that is. */
function mostFirst(options: string[], votes: (number | null)[], of: number): string[] {
	return options
		.flatMap((option, at) => (votes[at] == null ? [] : [{ option, votes: votes[at] }]))
		.sort((a, b) => b.votes - a.votes)
		.map(
			({ option, votes }) => `${option}: ${votes}${of > 0 ? ` (${Math.round((votes / of) * 100)} %)` : ''}`,
		);
}

/** Locks a poll and its meeting, the meeting first as every command does. @throws Refusal not-found */
async function lockPoll(tx: Transaction, pollId: string): Promise<{ poll: PollRow; meeting: MeetingRow }> {
	const [found] = await tx.select({ meetingId: polls.meetingId }).from(polls).where(eq(polls.id, pollId));
	if (!found) throw new Refusal('not-found');
	const meeting = await lockMeeting(tx, found.meetingId);
	const [poll] = await tx.select().from(polls).where(eq(polls.id, pollId)).for('update');
	if (!poll) throw new Refusal('not-found');
	return { poll, meeting };
}

async function change(
	tx: Transaction,
	pollId: string,
	columns: Partial<typeof polls.$inferInsert>,
): Promise<PollRow> {
	const [row] = await tx.update(polls).set(columns).where(eq(polls.id, pollId)).returning();
	return row!;
}

/** Only one poll is on the projector's page. @returns those that were */
async function takeFromScreen(tx: Transaction, meetingId: string, but: string): Promise<PollRow[]> {
	return tx
		.update(polls)
		.set({ onScreen: false })
		.where(and(eq(polls.meetingId, meetingId), eq(polls.onScreen, true), ne(polls.id, but)))
		.returning();
}

function columnsOf({ kind, question, options, most, scale }: PollForm) {
	const [scaleTo, scaleLow, scaleHigh] = scale ? [scale.to, scale.low, scale.high] : [null, null, null];
	return { kind, question, options, most, scaleTo, scaleLow, scaleHigh };
}
