// How buttons look, also for elements that must be something else (a summary, a label).

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger' | 'live';

const base =
	'inline-flex min-h-11 items-center justify-center gap-2 rounded border-2 text-base font-semibold no-underline ' +
	'transition-colors disabled:opacity-60 aria-disabled:cursor-progress';

const looks: Record<ButtonVariant, string> = {
	primary: 'border-transparent bg-civic text-on-civic hover:bg-civic-strong hover:text-on-civic',
	secondary: 'border-edge bg-surface text-ink hover:border-ink hover:text-ink',
	quiet: 'border-transparent bg-transparent text-civic hover:bg-civic-soft hover:text-civic-strong',
	danger: 'border-transparent bg-danger text-on-danger hover:bg-danger-strong hover:text-on-danger',
	live: 'border-transparent bg-amber text-on-amber hover:border-current hover:text-on-amber',
};

/** The classes of a button. */
export function buttonClass(
	look: { variant?: ButtonVariant; wide?: boolean; square?: boolean } = {},
): string {
	const shape = look.square ? 'w-11 shrink-0 px-0' : 'px-3 py-1.5 sm:px-4';
	return `${base} ${looks[look.variant ?? 'secondary']} ${shape} ${look.wide ? 'w-full' : ''}`;
}
