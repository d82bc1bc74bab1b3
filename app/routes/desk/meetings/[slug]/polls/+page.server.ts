import { redirect, type RequestEvent } from '@sveltejs/kit';
import type { InferInput } from 'valibot';
import { readMeeting } from '#db/meetings.ts';
import { deskPolls, wordsToVet } from '#db/pollReads.ts';
import * as polls from '#db/polls.ts';
import { authorize } from '#domain/policy.ts';
import type { pollFormInput } from '#domain/polls.ts';
import { database } from '#lib/server/database.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ locals, params, url }) => {
	authorize(locals.actor, 'poll:run');
	const { row, meeting } = await readMeeting(database(), locals.actor, params.slug);
	return {
		meeting,
		polls: await deskPolls(database(), row.id),
		words: await wordsToVet(database(), locals.actor, row.id),
		editing: url.searchParams.get('edit'),
		isSaved: url.searchParams.has('done'),
		formId: crypto.randomUUID(),
	};
};

type Event = RequestEvent<{ slug: string }>;
type Form = InferInput<typeof pollFormInput>;

export const actions = {
	make: (event: Event) =>
		acting(event, (form) =>
			// The form's own number makes it one poll, however often it is sent.
			polls.makePoll(
				...by(event),
				{ meetingId: String(form.get('meetingId')), poll: pollOf(form) },
				String(form.get('formId')),
			),
		),
	edit: (event: Event) =>
		acting(event, (form) => polls.editPoll(...by(event), { ...idIn(form), poll: pollOf(form) })),
	open: (event: Event) => acting(event, (form) => polls.openPoll(...by(event), idIn(form))),
	close: (event: Event) =>
		acting(event, (form) => polls.closePoll(...by(event), { ...idIn(form), show: form.has('show') })),
	show: (event: Event) => acting(event, (form) => polls.showPoll(...by(event), idIn(form))),
	screen: (event: Event) =>
		acting(event, (form) => polls.setPollOnScreen(...by(event), { ...idIn(form), on: form.has('on') })),
	vet: (event: Event) =>
		acting(event, (form) =>
			polls.vetWords(...by(event), { ...idIn(form), words: form.getAll('word').map(String) }),
		),
	capture: (event: Event) => acting(event, (form) => polls.capturePoll(...by(event), idIn(form))),
	discard: (event: Event) => acting(event, (form) => polls.discardPoll(...by(event), idIn(form))),
};

const by = ({ locals }: Event) => [database(), locals.actor] as const;
const idIn = (form: FormData) => ({ pollId: String(form.get('pollId')) });

async function acting(event: Event, act: (form: FormData) => Promise<unknown>) {
	const form = await event.request.formData();
	return answering(String(form.get('pollId') ?? 'new'), form, async () => {
		await act(form);
		redirect(303, `/desk/meetings/${event.params.slug}/polls?done`);
	});
}

/** What the form says, whatever kind it is of; the command says what is wrong with it. */
function pollOf(form: FormData): Form {
	const text = (name: string) => String(form.get(name) ?? '').trim();
	const lines = text('options')
		.split(/\r?\n/)
		.map((line) => line.trim())
		.filter(Boolean);
	return {
		kind: text('kind'),
		question: text('question'),
		options: lines,
		...(text('most') && { most: Number(text('most')) }),
		...{ to: Number(text('to')), low: text('low'), high: text('high') },
	} as Form;
}
