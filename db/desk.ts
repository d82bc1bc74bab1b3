// What a moderator's desk shows beside the questions: who came, who is blocked, where fresh identities have voted.
import * as v from 'valibot';
import type { DeskLook } from '#domain/desk.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { blocksOf } from './blocks.ts';
import type { Reader } from './client.ts';
import { checked } from './command.ts';
import { readAttendance } from './attendance.ts';
import { freshVotesOf } from './suspectVotes.ts';

const lookInput = v.object({ meetingId: v.pipe(v.string(), v.uuid()) });

/** @throws Refusal sign-in-needed, forbidden */
export async function lookAtDesk(
	db: Reader,
	actor: Actor,
	input: v.InferInput<typeof lookInput>,
): Promise<DeskLook> {
	const { meetingId } = checked(lookInput, input);
	authorize(actor, 'desk:join');
	return {
		attendance: await readAttendance(db, actor, meetingId),
		blocks: await blocksOf(db, meetingId),
		freshVotes: await freshVotesOf(db, meetingId),
	};
}
