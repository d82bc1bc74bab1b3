// The form of "is it fixed?" (app/lib/followups/IsItFixed.svelte): a page that shows it spreads `answerActions` into its actions.
import { randomUUID } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import { answerFollowup } from '#db/followupAnswers.ts';
import { Refusal } from '#domain/errors.ts';
import type { Answer } from '#domain/followups.ts';
import { mostPictureBytes } from '#domain/pictures.ts';
import { database } from './database.ts';
import { addressOf, withinLimit } from './limits.ts';
import { answering } from './refusals.ts';

export const answerActions = {
	answer: async (event: RequestEvent) => {
		const form = await event.request.formData();
		return answering('answer', form, () => answerFrom(event, form));
	},
};

/** Answers as a form says. @returns the number of the follow-up @throws Refusal too-fast, too-large, those of `answerFollowup` */
export async function answerFrom(
	event: Pick<RequestEvent, 'locals' | 'getClientAddress'>,
	form: FormData,
): Promise<{ answered: string }> {
	const here = addressOf(event);
	await withinLimit('answersFromHere', here);
	const number = text(form, 'number');
	const words = text(form, 'words').slice(0, 200) || undefined;
	// Wrong words are tried here no more often than where they are looked up.
	if (words !== undefined) await withinLimit('claimsFromHere', here);
	await answerFollowup(database(), event.locals.actor, {
		...{ number, words, text: text(form, 'text') },
		// What is none is refused like anything that is not in its form.
		answer: text(form, 'answer') as Answer,
		photo: await photoIn(form, here),
	});
	return { answered: number };
}

/** The one photo of the form; its id is made in the browser where there is script, so that sent twice it is one. */
async function photoIn(form: FormData, here: string): Promise<{ id: string; sent: Uint8Array } | undefined> {
	const file = form.getAll('photos').find((one): one is File => one instanceof File && one.size > 0);
	if (!file) return undefined;
	await withinLimit('photosFromHere', here);
	if (file.size > mostPictureBytes) throw new Refusal('too-large');
	return { id: text(form, 'photoId') || randomUUID(), sent: await file.bytes() };
}

function text(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}
