// Behind the code on the room's wall: one press says "I am in the room". No name, no account.
import type { RequestEvent } from '@sveltejs/kit';
import { readMeeting, slugOfCode } from '#db/meetings.ts';
import { checkIn, isInRoom } from '#db/room.ts';
import { takesCheckIns } from '#domain/room.ts';
import { database } from '#lib/server/database.ts';
import { ensureGuest } from '#lib/server/guest.ts';
import { answering } from '#lib/server/refusals.ts';

type Event = RequestEvent<{ code: string }>;

async function meetingOf({ locals, params }: Pick<Event, 'locals' | 'params'>) {
	const slug = await slugOfCode(database(), locals.actor, params.code);
	return (await readMeeting(database(), locals.actor, slug)).meeting;
}

export const load = async (event) => {
	await ensureGuest(event);
	const meeting = await meetingOf(event);
	return {
		meeting,
		isOpen: takesCheckIns(meeting, Date.now()),
		isIn: await isInRoom(database(), meeting.id, event.locals.actor),
	};
};

export const actions = {
	default: async (event: Event) =>
		answering('check-in', await event.request.formData(), async () => {
			// The page may have been kept since before this browser had an identity.
			await ensureGuest(event);
			const { id: meetingId } = await meetingOf(event);
			await checkIn(database(), event.locals.actor, { meetingId });
			return { checkedIn: true };
		}),
};
