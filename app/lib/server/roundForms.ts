// What the desk's pages of map rounds have in common: known boundaries, and how a round's form is saved.
import { fail } from '@sveltejs/kit';
import { listRounds } from '#db/rounds.ts';
import { isRefusal, Refusal } from '#domain/errors.ts';
import type { Actor } from '#domain/people.ts';
import type { Polygon } from '#domain/places.ts';
import type { RoundInput } from '#domain/rounds.ts';
import { fieldOf, inputOf, readRoundForm, type RoundForm } from '#lib/rounds/form.ts';
import { wrongInWords } from '#lib/rounds/words.ts';
import { m } from '#lib/paraglide/messages.js';
import { database } from './database.ts';
import { sentenceOf } from './refusals.ts';

/** Boundaries that a round can take from others: each once, the newest round's first. */
export async function knownBoundaries(
	actor: Actor,
	but?: string,
): Promise<{ slug: string; title: string; boundary: Polygon }[]> {
	const rounds = await listRounds(database(), actor);
	const seen = new Set<string>();
	return rounds.flatMap(({ slug, title, boundary }) => {
		const same = JSON.stringify(boundary);
		if (!boundary || slug === but || seen.has(same)) return [];
		seen.add(same);
		return [{ slug, title, boundary }];
	});
}

/** Saves what a round's form holds; what is refused comes back with it, beside the field it is about. */
export async function savingRound(actor: Actor, form: FormData, save: (input: RoundInput) => Promise<never>) {
	const unsaved: RoundForm = readRoundForm(form);
	const known = await knownBoundaries(actor);
	try {
		return await save(
			inputOf(unsaved, Object.fromEntries(known.map(({ slug, boundary }) => [slug, boundary]))),
		);
	} catch (error) {
		if (!isRefusal(error)) throw error;
		const field = fieldOf(error.field);
		return fail(error.status, { unsaved, field, message: sentenceFor(error, field) });
	}
}

function sentenceFor({ code, field: path }: Refusal, field: string | undefined): string {
	if (code === 'bad-input') return wrongInWords(field);
	if (code === 'round-state' && path === 'categories') return m.round_wrong_categories_stay();
	return sentenceOf(code);
}
