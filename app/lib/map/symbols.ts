// The symbols of the map: eight shapes and eight colours that always go together with a word; and a badge for what the city does.
import type { PinState } from '#domain/pins.ts';
import type { PinColour, PinShape } from '#domain/rounds.ts';

/** Each shape as a path in a box of 24 × 24, about as large to the eye as the others. */
export const shapePaths: Record<PinShape, string> = {
	circle: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z',
	square: 'M4 4h16v16H4Z',
	triangle: 'M12 2.5 22 20.5H2Z',
	diamond: 'M12 1.5 22.5 12 12 22.5 1.5 12Z',
	star: 'm12 1.5 3.1 7 7.4.8-5.5 5.1 1.5 7.5L12 18.1l-6.5 3.8L7 14.4 1.5 9.3l7.4-.8Z',
	hexagon: 'M6.5 2.5h11L23 12l-5.5 9.5h-11L1 12Z',
	cross: 'M8.5 2h7v6.5H22v7h-6.5V22h-7v-6.5H2v-7h6.5Z',
	drop: 'M12 1.5c4 5 7.5 8.4 7.5 13a7.5 7.5 0 0 1-15 0c0-4.6 3.5-8 7.5-13Z',
};

/** Written out, so that the styles of exactly these are made. */
export const fillClasses: Record<PinColour, string> = {
	blue: 'fill-pin-blue',
	vermilion: 'fill-pin-vermilion',
	green: 'fill-pin-green',
	purple: 'fill-pin-purple',
	ochre: 'fill-pin-ochre',
	teal: 'fill-pin-teal',
	ink: 'fill-pin-ink',
	rose: 'fill-pin-rose',
};
export const strokeClasses: Record<PinColour, string> = {
	blue: 'stroke-pin-blue',
	vermilion: 'stroke-pin-vermilion',
	green: 'stroke-pin-green',
	purple: 'stroke-pin-purple',
	ochre: 'stroke-pin-ochre',
	teal: 'stroke-pin-teal',
	ink: 'stroke-pin-ink',
	rose: 'stroke-pin-rose',
};

/** What is drawn in the badge at the symbol's corner, in a box of 10 × 10; a pin that was only reported has none. */
export const badgePaths: Record<PinState, string | null> = {
	open: null,
	'looking-into': 'M2.2 5h.1M5 5h.1M7.8 5h.1',
	'acted-on': 'm2.2 5.2 2 2 3.6-4.2',
	'not-ours': 'M2.5 5h5',
};

/** The inside of a symbol's svg (view box `0 0 28 28`): shape with an outline, badge. */
export function symbolParts(look: { colour: PinColour; shape: PinShape }, state: PinState): string {
	const badge = badgePaths[state];
	const shape = `<path d="${shapePaths[look.shape]}" class="${fillClasses[look.colour]} stroke-surface" stroke-width="4" paint-order="stroke" stroke-linejoin="round"/>`;
	if (!badge) return `<g transform="translate(2 2)">${shape}</g>`;
	return `<g transform="translate(2 2)">${shape}</g><g transform="translate(17 17)"><circle cx="5" cy="5" r="5.2" class="fill-surface stroke-ink" stroke-width="1"/><path d="${badge}" class="fill-none stroke-ink" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/></g>`;
}
