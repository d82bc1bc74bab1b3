import type { RequestEvent } from '@sveltejs/kit';
import { changeDue, moveFollowup } from '#db/followupMoves.ts';
import { answersForStaff } from '#db/followupAnswerReads.ts';
import { heldMeetings } from '#db/followupMeetings.ts';
import { readFollowup } from '#db/followupReads.ts';
import { linkFollowup, unlinkFollowup } from '#db/followupLinks.ts';
import { changeFollowup, setMilestones } from '#db/followups.ts';
import { discardUpdate, keepEvidence, publishUpdate, updatesOf, writeUpdate } from '#db/followupUpdates.ts';
import { historyOf } from '#db/followupHistory.ts';
import { officeChoices, unansweredConcerns } from '#db/inbox.ts';
import { today } from '#db/numbers.ts';
import { database, shared } from '#lib/server/database.ts';
import { addPhotos, fieldsIn, milestonesIn, moveIn, said, versionIn } from '#lib/server/officeForms.ts';
import { answering } from '#lib/server/refusals.ts';
import { assertDesk } from '#lib/server/desk.ts';
import type { linkInput } from '#domain/followups.ts';
import { questionAddress } from '#domain/followupTargets.ts';
import type { InferInput } from 'valibot';

type Event = RequestEvent<{ followup: string }>;

export const load = async ({ params, locals }) => {
	const db = database();
	assertDesk(locals.actor, 'followup:board');
	const { followup, milestones } = await readFollowup(db, locals.actor, params.followup);
	return {
		...{ followup, milestones, today: today(), zone: shared().config.TIME_ZONE },
		updates: await updatesOf(db, followup.id),
		choices: await officeChoices(db, locals.actor),
		meetings: await heldMeetings(db),
		unanswered: await unansweredConcerns(db, locals.actor),
		answers: await answersForStaff(db, locals.actor, followup.number),
		history: await historyOf(db, locals.actor, followup.id),
	};
};

/** One form of the page: what is done with it, then the page again. */
const form = (at: string, act: (event: Event, form: FormData) => Promise<void>) => async (event: Event) => {
	const sent = await event.request.formData();
	return answering(at, sent, async () => {
		await act(event, sent);
		return { saved: at };
	});
};

export const actions = {
	edit: form('edit', ({ locals, params }, sent) =>
		changeFollowup(database(), locals.actor, {
			number: params.followup,
			version: versionIn(sent),
			...fieldsIn(sent),
		}),
	),
	move: form('move', async (event, sent) => {
		const { locals, params } = event;
		// Photos of a claim are there before it is made: it needs them.
		if (said(sent, 'to') === 'done') {
			const ids = sent.getAll('photoId').map(String);
			await keepEvidence(database(), locals.actor, { number: params.followup, ids });
			await addPhotos(event, sent, { number: params.followup });
		}
		await moveFollowup(database(), locals.actor, moveIn(sent, params.followup));
	}),
	due: form('due', ({ locals, params }, sent) =>
		changeDue(database(), locals.actor, {
			...{ number: params.followup, version: versionIn(sent) },
			...{ dueOn: said(sent, 'dueOn'), reason: said(sent, 'reason') },
		}),
	),
	update: form('update', async (event, sent) => {
		const { locals, params } = event;
		const id = said(sent, 'id') || crypto.randomUUID();
		const written = {
			id,
			numbers: [params.followup],
			text: said(sent, 'text'),
			isPublic: sent.has('isPublic'),
		};
		// Its photos come before it is published: what is published stays as it is.
		await writeUpdate(database(), locals.actor, { ...written, isPublished: false });
		await addPhotos(event, sent, { number: params.followup, updateId: id });
		if (sent.has('publish')) await publishUpdate(database(), locals.actor, { updateId: id });
	}),
	publish: form('publish', ({ locals }, sent) =>
		publishUpdate(database(), locals.actor, {
			updateId: said(sent, 'updateId'),
			text: said(sent, 'text') || undefined,
		}),
	),
	discard: form('discard', ({ locals }, sent) =>
		discardUpdate(database(), locals.actor, { updateId: said(sent, 'updateId') }),
	),
	milestones: form('milestones', ({ locals, params }, sent) =>
		setMilestones(database(), locals.actor, {
			number: params.followup,
			version: versionIn(sent),
			milestones: milestonesIn(sent),
		}),
	),
	link: form('link', ({ locals, params }, sent) => {
		const { id, ...link } = linkIn(params.followup, sent);
		// A meeting that was chosen is the thing itself, or says which question a number is of.
		const meeting = said(sent, 'meeting');
		const chosen = link.kind === 'meeting' ? meeting || id : questionAddress(meeting, id);
		return linkFollowup(database(), locals.actor, { ...link, id: link.kind === 'concern' ? id : chosen });
	}),
	unlink: form('unlink', ({ locals, params }, sent) =>
		unlinkFollowup(database(), locals.actor, linkIn(params.followup, sent)),
	),
};

function linkIn(number: string, sent: FormData): InferInput<typeof linkInput> {
	return {
		...{ number, kind: said(sent, 'kind') as 'concern', id: said(sent, 'id') },
		text: said(sent, 'text'),
	};
}
