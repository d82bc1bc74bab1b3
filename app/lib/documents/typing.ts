// Typing into a shared text: what was typed becomes the smallest change, what others type moves the caret along.
import type * as Y from 'yjs';

type Edit = { at: number; remove: number; insert: string };
type Delta = Y.YTextEvent['delta'];

/** The smallest change that makes one text of another. @param caret where the caret stands after it: tells which of several equal letters it was */
export function editBetween(before: string, after: string, caret: number): Edit {
	let end = 0;
	// What stands behind the caret was not touched, as far as it is the same.
	const most = Math.min(before.length, after.length);
	const behind = Math.min(most, after.length - Math.min(caret, after.length));
	while (end < behind && before.at(-1 - end) === after.at(-1 - end)) end++;
	let start = 0;
	while (start < most - end && before[start] === after[start]) start++;
	// Half an emoji is no letter.
	if (isHigh(before[start - 1]) || isHigh(after[start - 1])) start--;
	if (end > 0 && (isLow(before.at(-end)) || isLow(after.at(-end)))) end--;
	return { at: start, remove: before.length - end - start, insert: after.slice(start, after.length - end) };
}

const isHigh = (unit: string | undefined) => unit !== undefined && unit >= '\ud800' && unit <= '\udbff';
const isLow = (unit: string | undefined) => unit !== undefined && unit >= '\udc00' && unit <= '\udfff';

/** Where a place in a text is after somebody else's change; what they put in at the very place stands behind it. */
export function placeAfter(place: number, delta: Delta): number {
	let at = 0;
	for (const { retain = 0, insert, delete: removed = 0 } of delta) {
		if (at >= place) break;
		if (typeof insert === 'string') {
			place += insert.length;
			at += insert.length;
		}
		place -= Math.min(removed, place - at);
		at += retain;
	}
	return place;
}

/**
 * Ties an input to a shared text.
 * @param limit of letters; more is not taken
 * @param cleaned what of that which was typed or pasted may stand in the text
 * @returns unties it
 */
export function typeTogether(
	area: HTMLTextAreaElement | HTMLInputElement,
	text: Y.Text,
	limit: number,
	cleaned: (typed: string) => string = (typed) => typed,
): () => void {
	/** What the input shows of the shared text; behind it while letters are being composed. */
	let shown = (area.value = text.toString());
	/** Changes of others that wait for the end of a composition. */
	let waiting: Delta[] = [];
	let isComposing = false;

	const place = (at: number) => waiting.reduce(placeAfter, at);

	const caret = () => area.selectionEnd ?? area.value.length;

	function show(start: number, end: number): void {
		waiting = [];
		shown = text.toString();
		if (area.value === shown) return;
		const { selectionDirection } = area;
		area.value = shown;
		if (document.activeElement === area) area.setSelectionRange(start, end, selectionDirection ?? undefined);
	}

	function take(): void {
		// Others have written since: what is being composed must not be touched, so it is taken when it is done.
		if (isComposing && waiting.length > 0) return;
		const { at, remove, insert: typed } = editBetween(shown, area.value, caret());
		const insert = cleaned(typed);
		const from = place(at);
		const until = place(at + remove);
		const room = Math.max(0, limit - (text.length - (until - from)));
		const taken = isHigh(insert[room - 1]) ? insert.slice(0, room - 1) : insert.slice(0, room);
		text.doc?.transact(() => {
			if (until > from) text.delete(from, until - from);
			if (taken) text.insert(from, taken);
		}, area);
		if (isComposing) shown = area.value;
		else show(from + taken.length, from + taken.length);
	}

	function told(event: Y.YTextEvent, { origin }: Y.Transaction): void {
		if (origin === area) return;
		waiting.push(event.delta);
		if (!isComposing) show(place(area.selectionStart ?? 0), place(caret()));
	}
	const begin = () => (isComposing = true);
	const finish = () => {
		isComposing = false;
		take();
	};

	text.observe(told);
	area.addEventListener('input', take);
	area.addEventListener('compositionstart', begin);
	area.addEventListener('compositionend', finish);
	return () => {
		text.unobserve(told);
		area.removeEventListener('input', take);
		area.removeEventListener('compositionstart', begin);
		area.removeEventListener('compositionend', finish);
	};
}
