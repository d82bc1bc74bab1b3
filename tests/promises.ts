// What the tests of follow-ups start from: units, a concern made of a question, a promise.
import { captureQuestion } from '#db/concerns.ts';
import type { Database } from '#db/client.ts';
import { acknowledgeConcern } from '#db/concernMoves.ts';
import { moveFollowup } from '#db/followupMoves.ts';
import { readFollowup } from '#db/followupReads.ts';
import { proposeFollowup } from '#db/followups.ts';
import { today } from '#db/numbers.ts';
import { askQuestion } from '#db/questions.ts';
import { units } from '#db/schema/index.ts';
import type { FollowupState } from '#domain/followups.ts';
import type { Actor } from '#domain/people.ts';
import { dana, guest, liveMeeting, sam } from './cast.ts';

/** A day so many days from today, in the city. */
export function inDays(days: number): string {
	const day = new Date(`${today()}T12:00:00Z`);
	day.setUTCDate(day.getUTCDate() + days);
	return day.toISOString().slice(0, 10);
}

/** The id of the unit "Traffic unit". */
export async function trafficUnit(db: Database): Promise<string> {
	const [unit] = await db
		.insert(units)
		.values({ name: 'Traffic unit' })
		.onConflictDoUpdate({ target: units.name, set: { name: 'Traffic unit' } })
		.returning();
	return unit!.id;
}

/** A concern that was a question of a guest's; acknowledged unless it is left as it was published. */
export async function concernOf(
	db: Database,
	{
		text = 'When will the light at Elm and 5th be mended?',
		asker = guest('ann') as Actor,
		isByName = false,
		isAcknowledged = true,
		meeting = undefined as { id: string } | undefined,
	} = {},
): Promise<{ number: string; questionId: string; meetingId: string }> {
	const { id: meetingId } = meeting ?? (await liveMeeting(db));
	const { id: questionId } = await askQuestion(db, asker, { meetingId, text, anonymous: !isByName });
	const { number } = await captureQuestion(db, dana, { questionId });
	if (isAcknowledged) await acknowledgeConcern(db, sam, { number, text: 'Thank you, we are looking at it.' });
	return { number, questionId, meetingId };
}

/** A follow-up of sam's that answers these concerns. */
export async function proposed(db: Database, concerns: string[] = [], more = {}): Promise<string> {
	const { number } = await proposeFollowup(db, sam, {
		...{ title: 'Mend the light', description: 'New lamp and wiring.', concerns, dueOn: inDays(14) },
		...{ unitId: await trafficUnit(db), ownerId: 'sam', areaId: null, topic: 'lighting' },
		...{ priority: 'normal', successMeasure: 'The light burns at night.', visibility: 'public' },
		...more,
	});
	return number;
}

/** What each move needs, and a little more. */
export const allNeeded = () => ({ text: 'As everybody can see.', reviewOn: inDays(7) });

/** Moves it on, as the actor, from wherever it is now. */
export async function move(
	db: Database,
	number: string,
	to: FollowupState,
	more: object = {},
	actor = sam,
): Promise<void> {
	const { followup } = await readFollowup(db, sam, number);
	await moveFollowup(db, actor, { number, version: followup.version, to, ...allNeeded(), ...more });
}

/** The shortest way into each state. */
export const wayTo: Record<FollowupState, FollowupState[]> = {
	proposed: [],
	committed: ['committed'],
	'in-progress': ['committed', 'in-progress'],
	blocked: ['committed', 'in-progress', 'blocked'],
	done: ['committed', 'in-progress', 'done'],
	verified: ['committed', 'in-progress', 'done', 'verified'],
	reopened: ['committed', 'in-progress', 'done', 'reopened'],
	rejected: ['rejected'],
	dropped: ['committed', 'dropped'],
};
