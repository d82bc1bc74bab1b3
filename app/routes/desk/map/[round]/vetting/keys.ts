// The queue's keys, for whoever is in it with the focus: j and k move, p publishes, d opens the reasons to decline.

/** Handles a key pressed within the queue; what is typed into a field stays there. */
export function moveThrough(event: KeyboardEvent): void {
	const from = event.target as HTMLElement;
	if (event.metaKey || event.ctrlKey || event.altKey || from.closest('input, select, textarea')) return;
	const list = event.currentTarget as HTMLElement;
	const rows = [...list.querySelectorAll<HTMLElement>('[data-held]')];
	const row = from.closest<HTMLElement>('[data-held]');
	if (!row) return;
	const at = rows.indexOf(row);
	const act: Record<string, () => void> = {
		j: () => rows[at + 1]?.focus(),
		k: () => rows[at - 1]?.focus(),
		p: () => row.querySelector<HTMLElement>('button[data-act=publish]')?.click(),
		d: () => openReasons(row),
	};
	if (!Object.hasOwn(act, event.key)) return;
	event.preventDefault();
	act[event.key]!();
}

function openReasons(row: HTMLElement): void {
	const reasons = row.querySelector<HTMLDetailsElement>('details[data-act=decline]');
	if (!reasons) return;
	reasons.open = true;
	reasons.querySelector('select')?.focus();
}
