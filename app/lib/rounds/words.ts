// How a round's choices are called: colours, shapes, and why a field was refused.
import type { PinColour, PinShape } from '#domain/rounds.ts';
import { m } from '#lib/paraglide/messages.js';

export const colourWords: Record<PinColour, () => string> = {
	blue: m.round_colour_blue,
	vermilion: m.round_colour_vermilion,
	green: m.round_colour_green,
	purple: m.round_colour_purple,
	ochre: m.round_colour_ochre,
	teal: m.round_colour_teal,
	ink: m.round_colour_ink,
	rose: m.round_colour_rose,
};

export const shapeWords: Record<PinShape, () => string> = {
	circle: m.round_shape_circle,
	square: m.round_shape_square,
	triangle: m.round_shape_triangle,
	diamond: m.round_shape_diamond,
	star: m.round_shape_star,
	hexagon: m.round_shape_hexagon,
	cross: m.round_shape_cross,
	drop: m.round_shape_drop,
};

const fieldSentences: Record<string, () => string> = {
	title: m.round_wrong_title,
	opensOn: m.round_wrong_day,
	closesOn: m.round_wrong_days,
	middle: m.round_wrong_middle,
	zoom: m.round_wrong_zoom,
	boundary: m.round_wrong_boundary,
	blockMetres: m.round_wrong_block,
	categories: m.round_wrong_categories,
};

/** The sentence beside a field of the round's form that does not say what it should. */
export function wrongInWords(field: string | undefined): string {
	return (fieldSentences[field ?? ''] ?? m.round_wrong_words)();
}
