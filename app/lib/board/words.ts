// The board's own words: columns that nobody has renamed, colours, whose cards, and why a change was not taken.
import { firstColumns, type Card, type Column } from '#domain/board.ts';
import { m } from '#lib/paraglide/messages.js';

const first: Record<(typeof firstColumns)[number], () => string> = {
	heard: m.board_column_heard,
	grouped: m.board_column_grouped,
	'taking-on': m.board_column_taking_on,
	'not-ours': m.board_column_not_ours,
};
const isFirst = (id: string): id is keyof typeof first => Object.hasOwn(first, id);

export const titleOf = ({ id, title }: Pick<Column, 'id' | 'title'>): string =>
	title || (isFirst(id) ? first[id]() : m.board_column_untitled());

export const colourWords: Record<Card['colour'], () => string> = {
	none: m.board_colour_none,
	amber: m.board_colour_amber,
	civic: m.board_colour_civic,
	good: m.board_colour_good,
	danger: m.board_colour_danger,
};

export const kindWords: Record<Card['kind'], () => string> = {
	resident: m.board_kind_resident,
	moderator: m.board_kind_moderator,
	staff: m.board_kind_staff,
};

/** The first words of a card, to name it by. */
export const shortOf = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** A moment in a meeting: `1:02:34`, hours where there are some. */
export function momentOf(seconds: number): string {
	const two = (value: number) => String(value).padStart(2, '0');
	const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
	return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

const reasons: Record<string, () => string> = {
	'not-yours': m.board_refused_not_yours,
	'reads-only': m.board_refused_reads_only,
	'too-many': m.board_refused_too_many,
	'board-closed': m.board_refused_closed,
	blocked: m.error_blocked,
	'meeting-not-live': m.error_meeting_not_live,
	'sign-in': m.error_sign_in_needed,
	'not-found': m.error_not_found,
};

export const reasonInWords = (reason: string): string => (reasons[reason] ?? m.board_refused_other)();
