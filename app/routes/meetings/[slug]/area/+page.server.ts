// Which part of the city somebody comes from, if they want to say so.
import { ownArea, tellArea } from '#db/attendance.ts';
import { readAreas } from '#db/areas.ts';
import { readMeeting } from '#db/meetings.ts';
import { isInRoom } from '#db/room.ts';
import { database } from '#lib/server/database.ts';
import { ensureGuest } from '#lib/server/guest.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async (event) => {
	await ensureGuest(event);
	const { actor } = event.locals;
	const { meeting } = await readMeeting(database(), actor, event.params.slug);
	const isHere = meeting.state === 'scheduled' && (await isInRoom(database(), meeting.id, actor));
	const areas = await readAreas(database());
	return {
		meeting: { slug: meeting.slug, title: meeting.title },
		isOpen: meeting.state === 'live' || isHere,
		areas: areas.map(({ id, name }) => ({ id, name })),
		own: await ownArea(database(), actor, meeting.id),
	};
};

export const actions = {
	default: async (event) => {
		const form = await event.request.formData();
		return answering('area', form, async () => {
			await ensureGuest(event);
			const { meeting } = await readMeeting(database(), event.locals.actor, event.params.slug);
			const areaId = String(form.get('areaId') ?? '') || null;
			await tellArea(database(), event.locals.actor, { meetingId: meeting.id, areaId });
			return { told: true };
		});
	},
};
