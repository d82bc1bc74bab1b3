import { redirect } from '@sveltejs/kit';
import * as Y from 'yjs';
import { documentAt, momentsOf, restoreDocument } from '#db/documentVersions.ts';
import { publishedPins } from '#db/pinReads.ts';
import { findRound } from '#db/rounds.ts';
import { emptyDocument } from '#domain/documents.ts';
import { pinsWith } from '#domain/mapView.ts';
import { readPins } from '#domain/pins.ts';
import { baseMapOf } from '#domain/baseMap.ts';
import { database, shared } from '#lib/server/database.ts';
import { answering } from '#lib/server/refusals.ts';
import { assertDesk } from '#lib/server/desk.ts';

export const load = async ({ locals, params, url }) => {
	assertDesk(locals.actor, 'document:restore');
	const db = database();
	const { config } = shared();
	const round = await findRound(db, locals.actor, params.round);
	const place = { kind: 'map', id: round.id } as const;
	const moments = await momentsOf(db, locals.actor, place);
	const asked = url.searchParams.get('at');
	const at = moments.find((moment) => moment.at === asked)?.at ?? moments[0]?.at ?? null;
	const doc = emptyDocument('map');
	if (at) Y.applyUpdate(doc, await documentAt(db, locals.actor, { ...place, at }));
	const facts = new Map((await publishedPins(db, round.id)).map((pin) => [pin.id, pin]));
	const pins = pinsWith(readPins(doc), facts);
	doc.destroy();
	return {
		...{ round, moments, at, pins },
		base: baseMapOf(config),
		zone: config.TIME_ZONE,
		isDone: url.searchParams.has('done'),
	};
};

export const actions = {
	default: async ({ request, locals, params }) => {
		const form = await request.formData();
		const db = database();
		return answering('restore', form, async () => {
			const round = await findRound(db, locals.actor, params.round);
			const at = String(form.get('at') ?? '');
			await restoreDocument(db, locals.actor, { kind: 'map', id: round.id, at });
			redirect(303, `/desk/map/${round.slug}/history?done`);
		});
	},
};
