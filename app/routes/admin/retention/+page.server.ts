import type { RequestEvent } from '@sveltejs/kit';
import { keptDays, touchedBy } from '#db/retention.ts';
import { holdMeeting, liftHold, readHolds, setKeptDays } from '#db/retentionSettings.ts';
import { isRefusal } from '#domain/errors.ts';
import { authorize } from '#domain/policy.ts';
import type { RetentionKind } from '#domain/retention.ts';
import { database } from '#lib/server/database.ts';
import { said } from '#lib/server/officeForms.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ locals }) => {
	authorize(locals.actor, 'retention:set');
	return { days: await keptDays(database()), holds: await readHolds(database(), locals.actor) };
};

type Event = RequestEvent;

export const actions = {
	set: async ({ request, locals }: Event) => {
		const form = await request.formData();
		// The command says what is wrong with it.
		const kind = said(form, 'kind') as RetentionKind;
		const days = Number(said(form, 'days') || Number.NaN);
		const agreed = said(form, 'agreedTo');
		return answering(kind, form, async () => {
			try {
				await setKeptDays(database(), locals.actor, {
					...{ kind, days },
					...(agreed && form.has('agree') ? { agreedTo: Number(agreed) } : {}),
				});
			} catch (error) {
				if (!isRefusal(error) || error.code !== 'retention-not-agreed') throw error;
				// How many it touches stands beside the box to agree with.
				return { asked: { kind, days, ...(await touchedBy(database(), kind, days)) } };
			}
			return { saved: kind };
		});
	},
	hold: async ({ request, locals }: Event) => {
		const form = await request.formData();
		return answering('hold', form, async () => {
			await holdMeeting(database(), locals.actor, {
				...{ meetingId: said(form, 'meetingId'), reason: said(form, 'reason') },
			});
			return { saved: 'hold' };
		});
	},
	lift: async ({ request, locals }: Event) => {
		const form = await request.formData();
		const meetingId = said(form, 'meetingId');
		return answering(meetingId, form, async () => {
			await liftHold(database(), locals.actor, { meetingId });
			return { saved: 'lift' };
		});
	},
};
