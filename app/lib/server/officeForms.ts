// The forms of the office: what they send becomes the input of commands, and photos their pictures.
import { randomUUID } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import { addFollowupPhoto } from '#db/followupUpdates.ts';
import type { changeFollowupInput, milestonesInput, moveFollowupInput } from '#domain/followups.ts';
import { Refusal } from '#domain/errors.ts';
import { mostPictureBytes } from '#domain/pictures.ts';
import { rowsIn } from '#lib/office/milestoneRows.ts';
import type { InferInput } from 'valibot';
import { database } from './database.ts';
import { addressOf, withinLimit } from './limits.ts';

export const said = (form: FormData, name: string): string => String(form.get(name) ?? '').trim();
const orNull = (form: FormData, name: string) => said(form, name) || null;
const orNone = (form: FormData, name: string) => said(form, name) || undefined;

// The commands check what they get: a wrong word is refused there.
type Fields = Omit<InferInput<typeof changeFollowupInput>, 'number' | 'version'>;
/** What a follow-up says, as FollowupFields.svelte sends it. */
export function fieldsIn(form: FormData): Fields {
	return {
		title: said(form, 'title'),
		description: said(form, 'description'),
		unitId: orNull(form, 'unitId'),
		ownerId: orNull(form, 'ownerId'),
		areaId: orNull(form, 'areaId'),
		topic: orNull(form, 'topic') as Fields['topic'],
		priority: (said(form, 'priority') || 'normal') as Fields['priority'],
		successMeasure: said(form, 'successMeasure'),
		visibility: (said(form, 'visibility') || 'public') as Fields['visibility'],
	};
}

type Move = InferInput<typeof moveFollowupInput>;
/** A move with what it needs, as MoveFields.svelte sends it. */
export function moveIn(form: FormData, number: string): Move {
	return {
		...{ number, version: versionIn(form), to: said(form, 'to') as Move['to'], text: said(form, 'text') },
		...{ reviewOn: orNull(form, 'reviewOn'), unitId: orNone(form, 'unitId') },
		...{ ownerId: orNone(form, 'ownerId'), dueOn: orNone(form, 'dueOn') },
	};
}

export const versionIn = (form: FormData): number => Number(said(form, 'version'));
export const numbersIn = (text: string): string[] =>
	text
		.toUpperCase()
		.split(/[\s,;]+/)
		.filter(Boolean);

/** Milestones of a form's rows; one without a title is left out. */
export function milestonesIn(form: FormData): InferInput<typeof milestonesInput>['milestones'] {
	return rowsIn(Object.fromEntries([...form].map(([name, one]) => [name, String(one)])))
		.map(({ id, title, weight, dueOn, isDone }) => ({
			...{ id: id || randomUUID(), title: title.trim(), isDone },
			...{ weight: Number(weight || 1), dueOn: dueOn || null },
		}))
		.filter(({ title }) => title !== '');
}

/** Adds the photos of a form to a draft or to the claim that comes. @throws Refusal of the first that is refused */
export async function addPhotos(
	event: Pick<RequestEvent, 'locals' | 'getClientAddress'>,
	form: FormData,
	to: { number: string; updateId?: string },
): Promise<void> {
	const files = form.getAll('photos').filter((file): file is File => file instanceof File && file.size > 0);
	const ids = form.getAll('photoId');
	for (const [i, file] of files.entries()) {
		await withinLimit('photosFromHere', addressOf(event));
		if (file.size > mostPictureBytes) throw new Refusal('too-large', 'photos');
		// Made in the browser where there is script: sent twice it is one photo.
		const id = typeof ids[i] === 'string' && ids[i] ? ids[i] : randomUUID();
		await addFollowupPhoto(database(), event.locals.actor, { ...to, id, sent: await file.bytes() });
	}
}
