// The polls of the demo town, made, answered and closed by the commands of a real evening.
import { sql } from 'drizzle-orm';
import type { Actor } from '#domain/people.ts';
import type { Choice, PollFormInput } from '#domain/polls.ts';
import type { Database } from '../client.ts';
import { closePoll, makePoll, openPoll } from '../polls.ts';
import { announceProgress, castPollBallots } from '../pollVotes.ts';

export type Polled = {
	poll: PollFormInput;
	/** A draft waits for its moment; a closed one is shown. */
	now: 'draft' | 'open' | 'closed';
	/** How many answered what. */
	ballots?: { choice: Choice; count: number }[];
};

/** Makes the polls of a live meeting and answers them. */
export async function holdPolls(db: Database, by: Actor, meetingId: string, polls: Polled[]): Promise<void> {
	for (const { poll, now, ballots = [] } of polls) {
		const { pollId } = await makePoll(db, by, { meetingId, poll });
		if (now === 'draft') continue;
		await openPoll(db, by, { pollId });
		const all = ballots.flatMap(({ choice, count }) => Array<Choice>(count).fill(choice));
		const refused = await castPollBallots(
			db,
			all.map((choice, n) => ({ actor: demoVoter(n), pollId, choice })),
		);
		const code = refused.find((one) => one !== null);
		if (code) throw new Error(`a ballot of the demo town was refused: ${code}`);
		await announceProgress(db);
		if (now === 'closed') await closePoll(db, by, { pollId, show: true });
	}
}

/** They were open in the last third of the evening, ten minutes each; one that is open still since three minutes. */
export async function movePollsToTheirTime(db: Database, meetingId: string): Promise<void> {
	await db.execute(sql`
		update polls p set
			opened_at = case p.state when 'open' then now() - interval '3 minutes' else e.at end,
			closed_at = case when p.state = 'closed' then e.at + interval '10 minutes' end
		from (
			select id, greatest(starts_at + interval '2 minutes', least(ends_at, now()) - interval '20 minutes') as at from meetings
		) e where e.id = p.meeting_id and p.meeting_id = ${meetingId} and p.opened_at is not null`);
}

const demoVoter = (n: number): Actor => ({ guest: `demo voter ${n}`, guestSince: 0, account: null });
