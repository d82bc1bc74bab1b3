// The form of a map round: what stands in its fields, read from what a browser sends, turned into what the database takes.
import { readCoordinates, readPolygon, type Polygon } from '#domain/places.ts';
import {
	pinColours,
	pinShapes,
	type Category,
	type Round,
	type RoundInput,
	type Words,
} from '#domain/rounds.ts';

export const mostCategories = 8;
const questionsEach = [0, 1] as const;

export type CategoryForm = {
	/** Empty where it is new: the label makes it then. */
	key: string;
	label: Words;
	colour: string;
	shape: string;
	prompt: Words;
	stopper: Words;
	isExact: boolean;
	questions: Words[];
};
export type RoundForm = {
	title: string;
	description: string;
	opensOn: string;
	closesOn: string;
	/** The middle of the map: `41.62, -90.58`. */
	middle: string;
	zoom: string;
	/** `none`, `own` (GeoJSON in `boundary`), or the slug of a round to take it from. */
	boundaryFrom: string;
	boundary: string;
	blockMetres: string;
	vetting: boolean;
	categories: CategoryForm[];
};

const noWords = (): Words => ({ en: '', es: '' });

/** An empty row, in a colour and shape of its own. */
export function emptyCategory(at: number): CategoryForm {
	return {
		...{ key: '', label: noWords(), prompt: noWords(), stopper: noWords(), isExact: false },
		...{ colour: pinColours[at % pinColours.length]!, shape: pinShapes[at % pinShapes.length]! },
		questions: questionsEach.map(noWords),
	};
}

/** A form for a new round: as the newest one is set up, in the month that is given. */
export function formForNew(
	newest: Round | undefined,
	month: { opensOn: string; closesOn: string },
): RoundForm {
	if (newest) return { ...formOf(newest), title: '', ...month };
	return {
		...{ title: '', description: '', middle: '', zoom: '14', boundaryFrom: 'none', boundary: '' },
		...{ blockMetres: '100', vetting: true, categories: [] },
		...month,
	};
}

/** The form filled in with a round. */
export function formOf(round: Round): RoundForm {
	const { title, description, opensOn, closesOn, view, boundary, blockMetres, vetting } = round;
	return {
		...{ title, description, opensOn, closesOn, vetting },
		middle: `${view.lat}, ${view.lng}`,
		zoom: String(view.zoom),
		boundaryFrom: boundary ? 'own' : 'none',
		boundary: boundary ? JSON.stringify(boundary) : '',
		blockMetres: String(blockMetres),
		categories: round.categories.map((category) => ({
			...category,
			stopper: category.stopper ?? noWords(),
			questions: questionsEach.map((at) => category.questions[at] ?? noWords()),
		})),
	};
}

/** What a browser has sent, as it was filled in; rows that are empty or to be left out are gone. */
export function readRoundForm(form: FormData): RoundForm {
	const text = (name: string) => String(form.get(name) ?? '').trim();
	const words = (name: string): Words => ({ en: text(`${name}.en`), es: text(`${name}.es`) });
	const rows = Array.from({ length: mostCategories }, (_, at) => {
		const of = (name: string) => `categories.${at}.${name}`;
		return {
			isLeftOut: form.has(of('leaveOut')),
			...{ key: text(of('key')), label: words(of('label')), prompt: words(of('prompt')) },
			...{ colour: text(of('colour')), shape: text(of('shape')), stopper: words(of('stopper')) },
			isExact: form.has(of('isExact')),
			questions: questionsEach.map((n) => words(of(`questions.${n}`))),
		};
	});
	return {
		...{ title: text('title'), description: text('description') },
		...{ opensOn: text('opensOn'), closesOn: text('closesOn'), middle: text('middle'), zoom: text('zoom') },
		...{ boundaryFrom: text('boundaryFrom') || 'none', boundary: text('boundary') },
		...{ blockMetres: text('blockMetres'), vetting: form.has('vetting') },
		categories: rows.flatMap(({ isLeftOut, ...row }) => (isLeftOut || isEmpty(row) ? [] : [row])),
	};
}

const isSaid = ({ en, es }: Words) => en !== '' || es !== '';
const isEmpty = ({ key, label, prompt }: CategoryForm) => !key && !isSaid(label) && !isSaid(prompt);

/**
 * What the database's commands take; it says what is wrong with it.
 * @param boundaries of other rounds, by slug
 */
export function inputOf(form: RoundForm, boundaries: Record<string, Polygon>): RoundInput {
	const { title, description, opensOn, closesOn, vetting } = form;
	const middle = readCoordinates(form.middle) ?? { lat: NaN, lng: NaN };
	const keys = new Set(form.categories.map(({ key }) => key));
	const keyed = form.categories.map((row) => ({ ...row, key: row.key || newKey(row.label.en, keys) }));
	return {
		...{ title, description, opensOn, closesOn, vetting },
		view: { ...middle, zoom: Number(form.zoom || NaN) },
		boundary: boundaryIn(form, boundaries),
		blockMetres: Number(form.blockMetres || NaN),
		categories: keyed.map((row) => ({
			...row,
			colour: row.colour as Category['colour'],
			shape: row.shape as Category['shape'],
			stopper: isSaid(row.stopper) ? row.stopper : null,
			questions: row.questions.filter(isSaid),
		})),
	};
}

function boundaryIn(
	{ boundaryFrom, boundary }: RoundForm,
	boundaries: Record<string, Polygon>,
): Polygon | null {
	if (boundaryFrom === 'none') return null;
	const found = boundaryFrom === 'own' ? readPolygon(boundary) : boundaries[boundaryFrom];
	// No polygon at all: the command says so at the field.
	return found ?? ({ type: 'Polygon', coordinates: [] } as Polygon);
}

function newKey(label: string, taken: Set<string>): string {
	const plain = label.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
	const base =
		plain
			.replace(/[^a-z0-9]+/g, '-')
			.replace(/^-|-$/g, '')
			.slice(0, 36) || 'kind';
	let key = base;
	for (let count = 2; taken.has(key); count++) key = `${base}-${count}`;
	taken.add(key);
	return key;
}

/** The field of the form that a refusal's path is about. */
export function fieldOf(path: string | undefined): string | undefined {
	if (path?.startsWith('view')) return path === 'view.zoom' ? 'zoom' : 'middle';
	if (path?.startsWith('boundary')) return 'boundary';
	return path;
}

/** The month after a day: where the next round begins and ends. */
export function monthAfter(day: string): { opensOn: string; closesOn: string } {
	const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
	const iso = (time: number) => new Date(time).toISOString().slice(0, 10);
	return { opensOn: iso(Date.UTC(year, month, 1)), closesOn: iso(Date.UTC(year, month + 1, 0)) };
}
