// Votes on their way to the database: committed in groups, their totals announced four times a second at most.
import { setTimeout as wait } from 'node:timers/promises';
import { isDatabaseAway, type Database } from '#db/client.ts';
import type { Logger } from '#db/log.ts';
import { flagBurst } from '#db/suspectVotes.ts';
import { announceTallies, castVotes, freshForMs, meetingsWithTalliesDue, type Ballot } from '#db/votes.ts';
import { isRefusal } from '#domain/errors.ts';
import { groupCommit } from './groupCommit.ts';
import { voteBatchSize } from './metrics.ts';

/** So many votes by fresh guest identities on one question within the window are shown to moderators. */
export const burst = { votes: 20, windowMs: 10_000 };
const announceEveryMs = 250;
const lookAgainMs = 25;
const sweepEveryMs = 5_000;

export type VoteQueue = {
	/** Resolves when the vote is committed. @throws Refusal */
	cast(ballot: Ballot): Promise<void>;
	/** Commits what is waiting and announces the last totals. */
	close(): Promise<void>;
};

export function startVotes(db: Database, log: Logger): VoteQueue {
	/** When the last few fresh identities voted, by question. */
	const fresh = new Map<string, number[]>();
	let announcing: Promise<number> | undefined;
	let isDue = false;
	let restUntil = 0;
	let isClosed = false;

	const queue = groupCommit(
		(ballots: Ballot[]) => {
			voteBatchSize.observe(ballots.length);
			return castVotes(db, ballots);
		},
		(ballots, refused) => {
			announceSoon();
			for (const [i, ballot] of ballots.entries()) if (!refused[i]) watchForBurst(ballot);
		},
	);

	function watchForBurst({ actor, questionId, on }: Ballot): void {
		const now = Date.now();
		if (!on || actor.account || now - (actor.guestSince ?? 0) > freshForMs) return;
		const recent = fresh.get(questionId) ?? [];
		fresh.set(questionId, recent);
		recent.push(now);
		if (recent.length < burst.votes) return;
		const isBurst = now - recent[0]! < burst.windowMs;
		// Once told, the count starts anew; otherwise only the newest are kept.
		if (!isBurst) return void recent.shift();
		fresh.delete(questionId);
		flagBurst(db, questionId, burst.votes).catch((error) =>
			log.warn({ err: error }, 'a burst of votes could not be flagged'),
		);
	}

	/** The first vote after a pause is announced at once, the next ones together when the room has had its rest. */
	function announceSoon(): void {
		isDue = true;
		if (isClosed || announcing) return;
		announcing = wait(Math.max(0, restUntil - performance.now())).then(announce);
		void announcing.then((restMs) => {
			restUntil = performance.now() + restMs;
			announcing = undefined;
			if (isDue) announceSoon();
		});
	}

	/** @returns how long to leave the room alone now */
	async function announce(): Promise<number> {
		isDue = false;
		try {
			const done: boolean[] = [];
			for (const meetingId of await meetingsWithTalliesDue(db))
				done.push(await announceTallies(db, meetingId, announceEveryMs));
			if (done.every(Boolean)) return announceEveryMs;
			// Another process was first: what has been voted here since is due when its rest is over.
			isDue = true;
			return lookAgainMs;
		} catch (error) {
			isDue = true;
			if (!isDatabaseAway(error) && !isRefusal(error))
				log.warn({ err: error }, 'totals could not be announced; trying again');
			return announceEveryMs;
		}
	}

	// Totals that a process left behind when it died, and questions nobody votes on any more.
	const sweep = setInterval(() => {
		announceSoon();
		for (const [id, times] of fresh) if (Date.now() - times.at(-1)! > burst.windowMs) fresh.delete(id);
	}, sweepEveryMs);

	announceSoon();
	return {
		cast: queue.add,
		close: async () => {
			isClosed = true;
			clearInterval(sweep);
			await queue.settled();
			await announcing;
			if (isDue) await announce();
		},
	};
}
