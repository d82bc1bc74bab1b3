// Short words after an act, with a way back: `toast({ text: m.question_declined(), undo: () => … })`. Only ever called in a browser.

export type Toast = {
	id: number;
	text: string;
	tone: 'plain' | 'danger';
	/** Takes the act back; the toast then goes away. */
	undo?: () => void | Promise<void>;
};

/** What is shown now, oldest first; at most three. */
export const toasts: Toast[] = $state([]);

const shownFor = { plain: 6_000, undoable: 12_000 };
const timers: Record<number, ReturnType<typeof setTimeout>> = {};
let last = 0;

/** Shows a toast. A `danger` one stays until it is closed; others go by themselves unless someone points at them. */
export function toast({
	text,
	tone = 'plain',
	undo,
}: {
	text: string;
	tone?: Toast['tone'];
	undo?: Toast['undo'];
}): number {
	const one: Toast = { id: ++last, text, tone, undo };
	toasts.push(one);
	if (toasts.length > 3) dismiss(toasts[0]!.id);
	resume(one);
	return one.id;
}

/** Takes a toast away. */
export function dismiss(id: number): void {
	hold(id);
	const at = toasts.findIndex((one) => one.id === id);
	if (at >= 0) toasts.splice(at, 1);
}

/** Keeps a toast while it is pointed at or has the focus. */
export function hold(id: number): void {
	clearTimeout(timers[id]);
	delete timers[id];
}

/** Lets a kept toast go in its time. */
export function resume(one: Pick<Toast, 'id' | 'tone' | 'undo'>): void {
	hold(one.id);
	if (one.tone === 'danger') return;
	timers[one.id] = setTimeout(() => dismiss(one.id), one.undo ? shownFor.undoable : shownFor.plain);
}
