import { redirect, type RequestEvent } from '@sveltejs/kit';
import { readAttendance } from '#db/attendance.ts';
import { readInvitations } from '#db/meetingInvitations.ts';
import { copyMeeting, discardDraft, editMeeting } from '#db/meetingPlans.ts';
import { cancelMeeting, endMeeting, goLive, publishMeeting, readMeeting, setSwitches } from '#db/meetings.ts';
import { authorize } from '#domain/policy.ts';
import { formOf, inputOf, type MeetingForm } from '#lib/meetings/form.ts';
import { database, shared } from '#lib/server/database.ts';
import { arranged, saving, timeZones } from '#lib/server/meetingForms.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ locals, params, url }) => {
	authorize(locals.actor, 'meeting:edit');
	const { row, meeting } = await readMeeting(database(), locals.actor, params.slug);
	return {
		meeting,
		updatedAt: row.updatedAt.toISOString(),
		values: formOf(meeting),
		zones: timeZones(meeting.timeZone, shared().config.TIME_ZONE),
		attendance: await readAttendance(database(), locals.actor, row.id),
		invitations: await readInvitations(database(), locals.actor, row.id),
		now: Date.now(),
		done: url.searchParams.get('done'),
		copyId: crypto.randomUUID(),
	};
};

type Event = RequestEvent<{ slug: string }>;

export const actions = {
	arrange: async ({ request }: Event) => arranged(await request.formData()),

	save: async (event: Event) => {
		const { locals } = event;
		const form = await event.request.formData();
		const meetingId = String(form.get('meetingId'));
		const save = async (values: MeetingForm) => {
			const edit = { meetingId, meeting: inputOf(values), updatedAt: String(form.get('updatedAt')) };
			const { slug } = await editMeeting(database(), locals.actor, edit);
			if (form.has('publish')) await publishMeeting(database(), locals.actor, { meetingId });
			redirect(303, `/desk/meetings/${slug}?done=${form.has('publish') ? 'published' : 'saved'}`);
		};
		// Both stand side by side then, and the next press of the button knows what it writes over.
		return saving(form, save, async () => {
			const { row, meeting } = await readMeeting(database(), locals.actor, event.params.slug);
			return { theirs: formOf(meeting), updatedAt: row.updatedAt.toISOString() };
		});
	},

	publish: (event: Event) => acting(event, 'published', (id) => publishMeeting(...by(event), id)),
	live: (event: Event) =>
		acting(event, null, (id) => goLive(...by(event), id), `/meetings/${event.params.slug}/hall`),
	end: (event: Event) => acting(event, 'ended', (id) => endMeeting(...by(event), id)),
	cancel: (event: Event) =>
		acting(event, 'cancelled', (id, form) =>
			cancelMeeting(...by(event), { ...id, reason: String(form.get('reason') ?? '') }),
		),
	discard: (event: Event) =>
		acting(event, 'discarded', (id) => discardDraft(...by(event), id), '/desk/meetings'),
	copy: (event: Event) =>
		acting(
			event,
			'copied',
			(id, form) => {
				const [weeks, times] = [Number(form.get('weeks') || NaN), Number(form.get('times') || NaN)];
				// The form's own number makes it one series, however often it is sent.
				return copyMeeting(...by(event), { ...id, daysLater: weeks * 7, times }, String(form.get('id')));
			},
			'/desk/meetings',
		),
	switches: (event: Event) =>
		acting(event, 'switched', (id, form) =>
			setSwitches(...by(event), {
				...id,
				...(form.has('all') && {
					vetting: form.has('vetting'),
					anonymousAllowed: form.has('anonymousAllowed'),
				}),
				totalsHidden: form.has('totalsHidden'),
			}),
		),
};

const by = ({ locals }: Event) => [database(), locals.actor] as const;

/** An act on the meeting, then the page that comes next; `done` is what it says. */
async function acting(
	{ request, params }: Event,
	done: string | null,
	act: (meeting: { meetingId: string }, form: FormData) => Promise<unknown>,
	next = `/desk/meetings/${params.slug}`,
) {
	const form = await request.formData();
	return answering('meeting', form, async () => {
		await act({ meetingId: String(form.get('meetingId')) }, form);
		redirect(303, done ? `${next}?done=${done}` : next);
	});
}
