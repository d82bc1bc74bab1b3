// The refusal of one form of a page that has several: what the others are answered does not end it.
import { untrack } from 'svelte';
import { refusedAt, type Refused } from './refused.ts';

/**
 * To be called while a component is made.
 * @param answer the page's `form`
 * @param at which form of the page
 * @returns the last refusal of this form, until it is saved
 */
export function keptRefusal(
	answer: () => unknown,
	at: string,
): { readonly current: Refused | undefined; readonly isOvertaken: boolean } {
	let refused = $state.raw(untrack(() => refusedAt(answer(), at)));
	$effect.pre(() => {
		const now = answer();
		const isSaved = (now as { saved?: string } | null)?.saved === at;
		if (isSaved || refusedAt(now, at)) refused = refusedAt(now, at);
	});
	return {
		get current() {
			return refused;
		},
		/** Somebody else has changed the same meanwhile. */
		get isOvertaken() {
			return refused?.code === 'changed-since';
		},
	};
}
