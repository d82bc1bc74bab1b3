// How what one types into looks: inputs, text areas, selects.
export const inputClass =
	'block min-h-11 w-full rounded border-2 border-edge bg-surface px-3 py-1.5 text-base text-ink ' +
	'hover:border-ink aria-invalid:border-danger disabled:bg-well disabled:text-muted';
