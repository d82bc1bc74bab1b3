// What those who listen hear of their own moves, and where the focus is after them.
import { tick } from 'svelte';
import { m } from '#lib/paraglide/messages.js';
import { announce } from '#lib/ui/announce.svelte.ts';
import type { BoardLine } from './board.svelte.ts';
import { titleOf } from './words.ts';

/** Tells where a card stands now. */
export function sayPlace(board: BoardLine, key: string): void {
	const card = board.cards.find((one) => one.key === key);
	const column = board.columns.find(({ id }) => id === card?.column);
	if (!card || !column) return;
	const cards = board.cardsIn(column.id);
	const place = { column: titleOf(column), at: cards.indexOf(card) + 1, count: cards.length };
	announce(
		card.theme ? m.board_said_place_theme({ ...place, theme: card.theme }) : m.board_said_place(place),
		{
			topic: 'board-place',
		},
	);
}

/** The focus goes along with a card that was moved by a button. */
export async function follow(key: string): Promise<void> {
	await tick();
	document.querySelector<HTMLElement>(`[data-card="${CSS.escape(key)}"] [aria-haspopup=menu]`)?.focus();
}
