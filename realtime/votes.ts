// Votes on their way to the database: committed in groups, their totals announced four times a second at most.
import type { Database } from '#db/client.ts';
import type { Logger } from '#db/log.ts';
import { flagBurst } from '#db/suspectVotes.ts';
import { announceTallies, castVotes, freshForMs, meetingsWithTalliesDue, type Ballot } from '#db/votes.ts';
import { Refusal } from '#domain/errors.ts';
import { voteBatchSize } from './metrics.ts';

/** So many votes by fresh guest identities on one question within the window are shown to moderators. */
export const burst = { votes: 20, windowMs: 10_000 };
const largestGroup = 500;
const announceEveryMs = 250;
const sweepEveryMs = 5_000;

export type VoteQueue = {
	/** Resolves when the vote is committed. @throws Refusal */
	cast(ballot: Ballot): Promise<void>;
	/** Commits what is waiting and announces the last totals. */
	close(): Promise<void>;
};

type Waiting = Ballot & { resolve: () => void; reject: (error: unknown) => void };

export function startVotes(db: Database, log: Logger): VoteQueue {
	const waiting: Waiting[] = [];
	const fresh = new Map<string, number[]>();
	let flushing: Promise<void> | undefined;
	let announcing: Promise<void> | undefined;
	let isDue = true;

	// While one group is being committed the next one gathers: groups grow with the load and nobody waits for a timer.
	async function flush(): Promise<void> {
		while (waiting.length > 0) {
			const group = waiting.splice(0, largestGroup);
			voteBatchSize.observe(group.length);
			try {
				const refused = await castVotes(db, group);
				isDue = true;
				group.forEach((ballot, i) => {
					const code = refused[i];
					if (code) return ballot.reject(new Refusal(code));
					ballot.resolve();
					watchForBurst(ballot);
				});
			} catch (error) {
				for (const ballot of group) ballot.reject(error);
			}
		}
	}

	function watchForBurst({ actor, questionId, on }: Ballot): void {
		const now = Date.now();
		if (!on || actor.account || now - (actor.guestSince ?? 0) > freshForMs) return;
		const recent = [...(fresh.get(questionId) ?? []).filter((at) => now - at < burst.windowMs), now];
		fresh.set(questionId, recent);
		if (recent.length === burst.votes)
			flagBurst(db, questionId, recent.length).catch((error) =>
				log.warn({ err: error }, 'a burst of votes could not be flagged'),
			);
	}

	async function announce(): Promise<void> {
		isDue = false;
		try {
			for (const meetingId of await meetingsWithTalliesDue(db)) await announceTallies(db, meetingId);
		} catch (error) {
			isDue = true;
			log.warn({ err: error }, 'totals could not be announced; trying again');
		}
	}

	const tick = setInterval(() => {
		if (isDue && !announcing) announcing = announce().finally(() => (announcing = undefined));
	}, announceEveryMs);
	// Totals that a process left behind when it died, and questions nobody votes on any more.
	const sweep = setInterval(() => {
		isDue = true;
		for (const [id, times] of fresh) if (Date.now() - times.at(-1)! > burst.windowMs) fresh.delete(id);
	}, sweepEveryMs);

	return {
		cast: (ballot) =>
			new Promise((resolve, reject) => {
				waiting.push({ ...ballot, resolve, reject });
				flushing ??= flush().finally(() => (flushing = undefined));
			}),
		close: async () => {
			clearInterval(tick);
			clearInterval(sweep);
			await flushing;
			await announcing;
			if (isDue) await announce();
		},
	};
}
