// Map rounds: a period in which people put pins on a map, with the kinds of pin that are asked for.
import * as v from 'valibot';
import { placeShape, polygonShape } from './places.ts';

export const roundStates = ['planned', 'open', 'closed', 'reported'] as const;
export type RoundState = (typeof roundStates)[number];

/** Colours that stay apart for the colour-blind, each at least 3:1 on paper and on night (tokens `--pin-<name>` of app.css). */
export const pinColours = ['blue', 'vermilion', 'green', 'purple', 'ochre', 'teal', 'ink', 'rose'] as const;
export type PinColour = (typeof pinColours)[number];
/** Never colour alone: each category has a shape of its own, too. */
export const pinShapes = [
	'circle',
	'square',
	'triangle',
	'diamond',
	'star',
	'hexagon',
	'cross',
	'drop',
] as const;
export type PinShape = (typeof pinShapes)[number];

/** Words that the city writes, in the languages of the product. */
const words = (most: number) => {
	const text = v.pipe(v.string(), v.trim(), v.maxLength(most));
	return v.object({ en: v.pipe(text, v.nonEmpty()), es: v.pipe(text, v.nonEmpty()) });
};
export type Words = { en: string; es: string };

export const categoryShape = v.object({
	/** Stays the same from round to round, so that two can be compared. */
	key: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/)),
	label: words(60),
	colour: v.picklist(pinColours),
	shape: v.picklist(pinShapes),
	/** What to write about. */
	prompt: words(200),
	/** Shown before a pin is placed: "In danger now? Call 911." Null: nothing stands in the way. */
	stopper: v.nullable(words(200)),
	/** Shown where exactly it was placed. Otherwise the point is moved to its block before it is written down anywhere. */
	isExact: v.boolean(),
	/** One or two more things to ask. */
	questions: v.pipe(v.array(words(120)), v.maxLength(2)),
});
export type Category = v.InferOutput<typeof categoryShape>;

const day = v.pipe(v.string(), v.isoDate());
const setUp = {
	title: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(100)),
	description: v.pipe(v.string(), v.trim(), v.maxLength(1_000)),
	opensOn: day,
	closesOn: day,
	view: v.object({ ...placeShape.entries, zoom: v.pipe(v.number(), v.minValue(1), v.maxValue(19)) }),
	boundary: v.nullable(polygonShape),
	/** Side of a block in metres, for categories that are not shown exactly. */
	blockMetres: v.pipe(v.number(), v.integer(), v.minValue(20), v.maxValue(1_000)),
	/** Pins, comments and photos wait until a moderator has seen them. */
	vetting: v.boolean(),
	categories: v.pipe(
		v.array(categoryShape),
		v.minLength(1),
		v.maxLength(8),
		v.check((all) => new Set(all.map(({ key }) => key)).size === all.length, 'two have the same key'),
		v.check((all) => new Set(all.map(({ shape }) => shape)).size === all.length, 'two have the same shape'),
	),
};
export const roundInput = v.pipe(
	v.object(setUp),
	v.forward(
		v.check(({ opensOn, closesOn }) => opensOn <= closesOn, 'ends before it begins'),
		['closesOn'],
	),
);
export const roundChangeInput = v.pipe(
	v.object({ roundId: v.pipe(v.string(), v.uuid()), ...setUp }),
	v.forward(
		v.check(({ opensOn, closesOn }) => opensOn <= closesOn, 'ends before it begins'),
		['closesOn'],
	),
);
export type RoundInput = v.InferOutput<typeof roundInput>;

/** The address of a round: the month it opens in, counted where there is one already: `2026-11`, `2026-11-2`. */
export function roundSlug(opensOn: string, taken: string[]): string {
	const month = opensOn.slice(0, 7);
	for (let count = 1; ; count++) {
		const slug = count === 1 ? month : `${month}-${count}`;
		if (!taken.includes(slug)) return slug;
	}
}

/** A round as everybody sees it. */
export type Round = RoundInput & {
	id: string;
	/** In addresses: `/map/2026-11`. */
	slug: string;
	state: RoundState;
	/** Slug of the round before, to compare with. */
	previous: string | null;
	/** What the city says at the end. */
	summary: string;
};

export const categoryOf = (round: Pick<Round, 'categories'>, key: string): Category | undefined =>
	round.categories.find((category) => category.key === key);
