import { randomUUID } from 'node:crypto';
import { redirect, type RequestEvent } from '@sveltejs/kit';
import {
	acknowledgeConcern,
	declineConcern,
	referConcern,
	reopenConcern,
	takeConcern,
} from '#db/concernMoves.ts';
import { readConcern } from '#db/concerns.ts';
import { heldMeetings } from '#db/followupMeetings.ts';
import { linkFollowup } from '#db/followupLinks.ts';
import { proposeFollowup } from '#db/followups.ts';
import { officeChoices, officeOf } from '#db/inbox.ts';
import { concernsWithin, journeyOf } from '#db/journeys.ts';
import { today } from '#db/numbers.ts';
import type { DeclineCode, Topic } from '#domain/concerns.ts';
import { database, shared } from '#lib/server/database.ts';
import { fieldsIn, said } from '#lib/server/officeForms.ts';
import { answering } from '#lib/server/refusals.ts';
import { assertDesk } from '#lib/server/desk.ts';

type Event = RequestEvent<{ number: string }>;

export const load = async ({ params, locals }) => {
	assertDesk(locals.actor, 'followup:board');
	const db = database();
	const office = await officeOf(db, locals.actor, params.number);
	const concern = await readConcern(db, params.number.toUpperCase());
	return {
		...{ concern, office, today: today(), once: randomUUID(), zone: shared().config.TIME_ZONE },
		choices: await officeChoices(db, locals.actor),
		meetings: await heldMeetings(db),
		steps: await journeyOf(
			db,
			await concernsWithin(db, concern.id),
			office.followups.map(({ id }) => id),
		),
	};
};

/** Who looks after it, what it is about and where, as Take.svelte sends it; with `was-` as it stood there before. */
const takenIn = (form: FormData, prefix = '') => ({
	ownerId: said(form, `${prefix}ownerId`) || null,
	topic: (said(form, `${prefix}topic`) || null) as Topic | null,
	areaId: said(form, `${prefix}areaId`) || null,
});

const form =
	(at: string, act: (event: Event, form: FormData) => Promise<unknown>) => async (event: Event) => {
		const sent = await event.request.formData();
		return answering(at, sent, async () => {
			await act(event, sent);
			return { saved: at };
		});
	};

export const actions = {
	take: form('take', ({ locals, params }, sent) =>
		takeConcern(database(), locals.actor, {
			...{ ...params, ...takenIn(sent) },
			seen: takenIn(sent, 'was-'),
		}),
	),
	acknowledge: form('acknowledge', ({ locals, params }, sent) =>
		acknowledgeConcern(database(), locals.actor, { ...params, text: said(sent, 'text') }),
	),
	decline: form('decline', ({ locals, params }, sent) =>
		declineConcern(database(), locals.actor, {
			...{ ...params, text: said(sent, 'text') },
			reason: said(sent, 'reason') as DeclineCode,
		}),
	),
	refer: form('refer', ({ locals, params }, sent) =>
		referConcern(database(), locals.actor, {
			...{ ...params, text: said(sent, 'text') },
			...{ agency: said(sent, 'agency'), reference: said(sent, 'reference') },
		}),
	),
	reopen: form('reopen', ({ locals, params }, sent) =>
		reopenConcern(database(), locals.actor, { ...params, text: said(sent, 'text') }),
	),
	link: form('link', ({ locals, params }, sent) =>
		linkFollowup(database(), locals.actor, {
			number: said(sent, 'followup'),
			kind: 'concern',
			id: params.number,
		}),
	),
	propose: async (event: Event) => {
		const sent = await event.request.formData();
		return answering('propose', sent, async () => {
			const { number } = await proposeFollowup(
				database(),
				event.locals.actor,
				{
					...{ ...fieldsIn(sent), concerns: [event.params.number], text: said(sent, 'text') },
					dueOn: said(sent, 'dueOn') || null,
					meetingId: said(sent, 'meetingId') || null,
				},
				said(sent, 'once') || undefined,
			);
			redirect(303, `/desk/followups/${number}`);
		});
	},
};
