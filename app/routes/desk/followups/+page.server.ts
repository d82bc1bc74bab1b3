import { assignFollowups } from '#db/followups.ts';
import { meetingsOfFollowups } from '#db/followupMeetings.ts';
import { deskFollowups } from '#db/followupReads.ts';
import { writeUpdate } from '#db/followupUpdates.ts';
import { lastSeqs } from '#db/events.ts';
import { notFixedAfterAll, officeChoices, readInbox } from '#db/inbox.ts';
import { today } from '#db/numbers.ts';
import { followupDeskRoom } from '#domain/events.ts';
import { followupFilterOf } from '#domain/followups.ts';
import { database } from '#lib/server/database.ts';
import { said } from '#lib/server/officeForms.ts';
import { answering } from '#lib/server/refusals.ts';
import { assertDesk } from '#lib/server/desk.ts';

export const load = async ({ locals, url, depends }) => {
	depends('desk:followups');
	assertDesk(locals.actor, 'followup:board');
	const db = database();
	const filter = followupFilterOf(url.searchParams);
	// What happens while the follow-ups are read is heard afterwards.
	const seen = await lastSeqs(db, [followupDeskRoom]);
	return {
		frame: 'hall' as const,
		...{ filter, seen, today: today(), now: new Date(), name: locals.actor.account?.name ?? '' },
		followups: await deskFollowups(db, locals.actor, filter),
		choices: await officeChoices(db, locals.actor),
		meetings: await meetingsOfFollowups(db, { isPublic: false, chosen: filter.meeting }),
		waiting: (await readInbox(db, locals.actor)).length + (await notFixedAfterAll(db, locals.actor)).length,
	};
};

/** `FU-2026-00012:3`, number and version, as the board's boxes say it. */
const chosenIn = (form: FormData) =>
	form.getAll('chosen').map((one) => {
		const [number = '', version = ''] = String(one).split(':');
		return { number, version: Number(version) };
	});

export const actions = {
	assign: async ({ request, locals }) => {
		const form = await request.formData();
		return answering('assign', form, async () => {
			await assignFollowups(database(), locals.actor, {
				followups: chosenIn(form),
				...(said(form, 'ownerId') ? { ownerId: said(form, 'ownerId') } : {}),
				...(said(form, 'unitId') ? { unitId: said(form, 'unitId') } : {}),
			});
			return { saved: 'assign' };
		});
	},
	updateAll: async ({ request, locals }) => {
		const form = await request.formData();
		return answering('updateAll', form, async () => {
			await writeUpdate(database(), locals.actor, {
				...{ id: said(form, 'id') || crypto.randomUUID(), text: said(form, 'text') },
				...{ numbers: chosenIn(form).map(({ number }) => number), isPublic: true, isPublished: true },
			});
			return { saved: 'updateAll' };
		});
	},
};
