// How a shared document stood at an earlier moment: what can be asked for.
import * as v from 'valibot';
import { documentKinds } from './documents.ts';

/** A minute in which a document was changed. `at`: the last change of it, ISO 8601 in UTC. */
export type DocumentMoment = { at: string; changes: number };

export const momentsInput = v.object({
	kind: v.picklist(documentKinds),
	id: v.pipe(v.string(), v.uuid()),
});
export const momentInput = v.object({ ...momentsInput.entries, at: v.pipe(v.string(), v.isoTimestamp()) });
