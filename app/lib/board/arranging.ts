// Where cards stand in a column: those of one theme together, and which theme a card has where it is put.
import type { Card } from '#domain/board.ts';

type Themed = Pick<Card, 'key' | 'theme'>;

/** Before which card of a column a card of a theme is put, to stand with the others of it; null: at the end. */
export function placeOfTheme(column: readonly Themed[], theme: string): string | null {
	const last = theme === '' ? -1 : column.findLastIndex((card) => card.theme === theme);
	return last < 0 ? null : (column[last + 1]?.key ?? null);
}

/** The theme a card has where it was put: among cards of one theme it is one of them, away from those of its own it is not. */
export function themeAt(column: readonly Themed[], at: number): string {
	const { key, theme } = column[at]!;
	const [above, below] = [column[at - 1]?.theme, column[at + 1]?.theme];
	if (above && above === below) return above;
	const isAway = theme !== above && theme !== below;
	return isAway && column.some((other) => other.key !== key && other.theme === theme) ? '' : theme;
}
