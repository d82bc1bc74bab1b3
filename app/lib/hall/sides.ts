// What stands beside the questions of a hall where there is room for it, and on a page of its own where there is none.
import type { Hall } from '#domain/hall.ts';

export type Side = 'desk' | 'board' | 'map';

export function sidesOf({ desk, board, meeting }: Pick<Hall, 'desk' | 'board' | 'meeting'>): Side[] {
	const has: Record<Side, boolean> = {
		desk: desk !== null,
		board: meeting.boardOpen && board !== null,
		map: meeting.mapOpen,
	};
	return (['desk', 'board', 'map'] as const).filter((side) => has[side]);
}
