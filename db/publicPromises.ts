// Which changes of follow-ups were changes of a public promise, and what it said before and after each of them.
import { promiseWords, type PromiseChange } from '#domain/journeys.ts';
import type { FollowupRow } from './followups.ts';
import type { followupEvents } from './schema/index.ts';

type Row = { event: typeof followupEvents.$inferSelect; followup: FollowupRow };

/**
 * Events that happened to promises while those were public, with the words that each has changed. What was said before it was promised,
 * or while it was internal, is told to nobody.
 * @param rows all events of the follow-ups in the order in which they happened
 * @returns by the events' ids
 */
export function changesOfPromises(rows: readonly Row[]): Map<number, PromiseChange[]> {
	const changes = new Map<number, PromiseChange[]>();
	// An event keeps what was there before it: the way back begins at how they are now.
	const then = new Map<string, FollowupRow>();
	for (const { event, followup } of rows.toReversed()) {
		const after = then.get(followup.id) ?? followup;
		const before = event.kind === 'changed' ? { ...after, ...beforeIn(event.detail) } : after;
		if (after.firstDueOn !== null && before.visibility === 'public')
			changes.set(
				event.id,
				promiseWords
					.filter((name) => before[name] !== after[name])
					.map((name) => ({ name, before: before[name], after: after[name] })),
			);
		const isPromise = event.kind === 'moved' && event.to === 'committed';
		then.set(followup.id, isPromise ? { ...before, firstDueOn: null } : before);
	}
	return changes;
}

const beforeIn = ({ before }: Record<string, unknown>): Partial<FollowupRow> =>
	typeof before === 'object' && before !== null ? before : {};
