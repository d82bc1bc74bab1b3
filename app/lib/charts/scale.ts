// What charts need to know of numbers: how high the axis goes, which marks it has, and how a number is drawn.

/** One number per label; null where there is none. */
export type Series = { name: string; look: Look; values: (number | null)[] };

/** Never colour alone: full, half-tone, outline. `good` is for what residents confirmed. */
export const looks = {
	full: 'fill-civic stroke-civic',
	soft: 'fill-civic-soft stroke-civic',
	open: 'fill-transparent stroke-civic [stroke-dasharray:5_3]',
	good: 'fill-good stroke-good',
};
export type Look = keyof typeof looks;

/** Round marks from zero to at least the most: 0, 5, 10, 15. Whole numbers only. */
export function ticksTo(most: number): number[] {
	const rough = Math.max(1, most) / 4;
	const size = 10 ** Math.floor(Math.log10(rough));
	const step = Math.max(
		1,
		[1, 2, 5, 10].map((n) => n * size).find((n) => n >= rough)!,
	);
	return Array.from({ length: Math.ceil(Math.max(1, most) / step) + 1 }, (_, n) => n * step);
}

/** The most that has to be drawn: of stacked numbers their sum. */
export function mostOf(series: readonly Series[], isStacked: boolean): number {
	const columns = series[0]?.values.map((_, at) => series.map(({ values }) => values[at] ?? 0)) ?? [];
	return Math.max(
		0,
		...columns.map((own) => (isStacked ? own.reduce((sum, one) => sum + one, 0) : Math.max(...own))),
	);
}

export type Block = { look: Look; start: number; length: number; lane: number };
/** What is drawn at one label: stacked end to end in one lane, or in lanes side by side. Nothing where there is nothing. */
export function blocksAt(series: readonly Series[], at: number, isStacked: boolean): Block[] {
	let end = 0;
	return series.flatMap(({ look, values }, n) => {
		const length = values[at] ?? 0;
		const block = { look, length, start: isStacked ? end : 0, lane: isStacked ? 0 : n };
		end += length;
		return length === 0 ? [] : [block];
	});
}
