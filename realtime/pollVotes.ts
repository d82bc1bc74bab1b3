// Ballots on their way to the database: committed in groups, and how many have voted is told once a second at most.
import { setTimeout as wait } from 'node:timers/promises';
import { isDatabaseAway, type Database } from '#db/client.ts';
import type { Logger } from '#db/log.ts';
import { announceProgress, castPollBallots, type PollBallot } from '#db/pollVotes.ts';
import { isRefusal } from '#domain/errors.ts';
import { groupCommit } from './groupCommit.ts';

const announceEveryMs = 1_000;

export type PollVoteQueue = {
	/** Resolves when the ballot is committed. @throws Refusal */
	cast(ballot: PollBallot): Promise<void>;
	/** Commits what is waiting and tells the last numbers. */
	close(): Promise<void>;
};

export function startPollVotes(db: Database, log: Logger): PollVoteQueue {
	let announcing: Promise<void> | undefined;
	let isDue = false;
	let restUntil = 0;
	let isClosed = false;

	// The box is one value that each group writes anew: the more come at once, the less there is to write for each of them.
	const queue = groupCommit((ballots: PollBallot[]) => castPollBallots(db, ballots), announceSoon);

	/** The first after a pause is told at once, the next ones together. What a process leaves untold the next ballot tells, or the closing. */
	function announceSoon(): void {
		isDue = true;
		if (isClosed || announcing) return;
		announcing = wait(Math.max(0, restUntil - performance.now())).then(announce);
		void announcing.then(() => {
			restUntil = performance.now() + announceEveryMs;
			announcing = undefined;
			if (isDue) announceSoon();
		});
	}

	async function announce(): Promise<void> {
		isDue = false;
		try {
			await announceProgress(db);
		} catch (error) {
			isDue = !isClosed;
			if (!isDatabaseAway(error) && !isRefusal(error))
				log.warn({ err: error }, 'how many have voted could not be told; trying again');
		}
	}

	return {
		cast: queue.add,
		close: async () => {
			isClosed = true;
			await queue.settled();
			await announcing;
			if (isDue) await announce();
		},
	};
}
