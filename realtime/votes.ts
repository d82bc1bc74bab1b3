// Votes on their way to the database: committed in groups, their totals announced four times a second at most.
import { setTimeout as wait } from 'node:timers/promises';
import { isDatabaseAway, type Database } from '#db/client.ts';
import type { Logger } from '#db/log.ts';
import { flagBurst } from '#db/suspectVotes.ts';
import { announceTallies, castVotes, freshForMs, meetingsWithTalliesDue, type Ballot } from '#db/votes.ts';
import { isRefusal, Refusal } from '#domain/errors.ts';
import { voteBatchSize } from './metrics.ts';

/** So many votes by fresh guest identities on one question within the window are shown to moderators. */
export const burst = { votes: 20, windowMs: 10_000 };
const largestGroup = 500;
const announceEveryMs = 250;
const lookAgainMs = 25;
const sweepEveryMs = 5_000;

export type VoteQueue = {
	/** Resolves when the vote is committed. @throws Refusal */
	cast(ballot: Ballot): Promise<void>;
	/** Commits what is waiting and announces the last totals. */
	close(): Promise<void>;
};

type Waiting = { ballot: Ballot; resolve: () => void; reject: (error: unknown) => void };

export function startVotes(db: Database, log: Logger): VoteQueue {
	let waiting: Waiting[] = [];
	/** When the last few fresh identities voted, by question. */
	const fresh = new Map<string, number[]>();
	let flushing: Promise<void> | undefined;
	let announcing: Promise<number> | undefined;
	let isDue = false;
	let restUntil = 0;
	let isClosed = false;

	// While one group is being committed the next one gathers: groups grow with the load and nobody waits for a timer.
	async function flush(): Promise<void> {
		while (waiting.length > 0) {
			const group = waiting.slice(0, largestGroup);
			waiting = waiting.slice(largestGroup);
			voteBatchSize.observe(group.length);
			try {
				const refused = await castVotes(
					db,
					group.map(({ ballot }) => ballot),
				);
				announceSoon();
				group.forEach(({ ballot, resolve, reject }, i) => {
					const code = refused[i];
					if (code) return reject(new Refusal(code));
					resolve();
					watchForBurst(ballot);
				});
			} catch (error) {
				for (const { reject } of group) reject(error);
				if (isRefusal(error) && error.code === 'database-away') refuseAll(error);
			}
		}
		// Here and not in a `finally` of the caller: a vote that comes in the moment between would wait for the next one.
		flushing = undefined;
	}

	/** Who waits behind a group that found no database would only wait as long for the same answer. */
	function refuseAll(error: Refusal): void {
		const all = waiting;
		waiting = [];
		for (const { reject } of all) reject(error);
	}

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
		cast: (ballot) =>
			new Promise((resolve, reject) => {
				waiting.push({ ballot, resolve, reject });
				flushing ??= flush();
			}),
		close: async () => {
			isClosed = true;
			clearInterval(sweep);
			await flushing;
			await announcing;
			if (isDue) await announce();
		},
	};
}
