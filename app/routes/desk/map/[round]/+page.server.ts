import { redirect, type RequestEvent } from '@sveltejs/kit';
import { deskRounds } from '#db/roundDesk.ts';
import { changeRound, closeRound, nextRound, openRound, reportRound } from '#db/rounds.ts';
import { Refusal } from '#domain/errors.ts';
import { formOf, monthAfter } from '#lib/rounds/form.ts';
import { database } from '#lib/server/database.ts';
import { answering } from '#lib/server/refusals.ts';
import { assertDesk } from '#lib/server/desk.ts';
import { knownBoundaries, savingRound } from '#lib/server/roundForms.ts';

export const load = async ({ locals, params, url }) => {
	assertDesk(locals.actor, 'map:run');
	const rounds = await deskRounds(database(), locals.actor);
	const round = rounds.find(({ slug }) => slug === params.round);
	if (!round) throw new Refusal('not-found');
	const known = await knownBoundaries(locals.actor, round.slug);
	return {
		round,
		values: formOf(round),
		rounds: known.map(({ slug, title }) => ({ slug, title })),
		next: {
			...monthAfter(round.closesOn),
			slug: rounds.find(({ previous }) => previous === round.slug)?.slug ?? null,
		},
		open: rounds.find(({ state }) => state === 'open')?.slug ?? null,
		done: url.searchParams.get('done'),
	};
};

type Event = RequestEvent<{ round: string }>;

export const actions = {
	save: async ({ request, locals, params }: Event) => {
		const form = await request.formData();
		const roundId = String(form.get('roundId'));
		return savingRound(locals.actor, form, async (input) => {
			await changeRound(database(), locals.actor, { roundId, ...input });
			redirect(303, `/desk/map/${params.round}?done=saved`);
		});
	},
	open: (event: Event) => acting(event, 'open', (round) => openRound(...by(event), round)),
	close: (event: Event) => acting(event, 'close', (round) => closeRound(...by(event), round)),
	report: (event: Event) =>
		acting(event, 'report', (round, form) =>
			reportRound(...by(event), { ...round, summary: String(form.get('summary') ?? '') }),
		),
	next: (event: Event) =>
		acting(event, 'next', async (round, form) => {
			const text = (name: string) => String(form.get(name) ?? '');
			const { slug } = await nextRound(...by(event), {
				...round,
				title: text('title'),
				opensOn: text('opensOn'),
				closesOn: text('closesOn'),
			});
			redirect(303, `/desk/map/${slug}?done=next`);
		}),
};

const by = ({ locals }: Event) => [database(), locals.actor] as const;

/** An act on the round, then its page, which says what was done. */
async function acting(
	{ request, params }: Event,
	what: string,
	act: (round: { roundId: string }, form: FormData) => Promise<unknown>,
) {
	const form = await request.formData();
	return answering(what, form, async () => {
		await act({ roundId: String(form.get('roundId')) }, form);
		redirect(303, `/desk/map/${params.round}?done=${what}`);
	});
}
