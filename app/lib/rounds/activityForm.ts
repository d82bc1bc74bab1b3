// The form of a field activity: where it was and what was done, in the page's address while it is found out; then what is sent.
import {
	activityKinds,
	countNames,
	type Activity,
	type ActivityInput,
	type ActivityKind,
} from '#domain/activities.ts';
import { readCoordinates, type Place } from '#domain/places.ts';

/** Where and what, as it was typed. */
export type Whereabouts = {
	kind: ActivityKind;
	/** Coordinates, or an address. */
	where: string;
	/** A place a line, from one end of a street to the other. */
	stretch: string;
	/** A pin at whose place it was. */
	pin: string;
	/** The activity that is changed. */
	edit: string;
};

export const whereOf = ({ lat, lng }: Place) => `${lat}, ${lng}`;

/** What the page's address says; a changed activity fills in what is not said anew. */
export function readWhereabouts(search: URLSearchParams, edited: Activity | undefined): Whereabouts {
	const said = (name: string, otherwise: string) => search.get(name)?.trim() ?? otherwise;
	const kind = said('kind', edited?.kind ?? 'enforcement');
	return {
		kind: activityKinds.find((known) => known === kind) ?? 'other',
		where: said('where', edited ? whereOf(edited.at) : ''),
		stretch: said('stretch', edited?.stretch?.map(whereOf).join('\n') ?? ''),
		pin: said('pin', ''),
		edit: said('edit', ''),
	};
}

/** The same as an address says it. */
export function searchOfWhereabouts(whereabouts: Whereabouts): string {
	return new URLSearchParams(Object.entries(whereabouts).filter(([, value]) => value !== '')).toString();
}

/**
 * The places that are meant.
 * @param find knows addresses
 * @returns `wrong`: what could not be read
 */
export function placesOf(
	{ where, stretch, pin }: Whereabouts,
	pins: readonly ({ id: string } & Place)[],
	find: (typed: string) => Place | null,
): { at: Place | null; stretch: Place[] | null; wrong: 'where' | 'stretch' | null } {
	const read = (typed: string) => readCoordinates(typed) ?? find(typed);
	const lines = stretch.split('\n').map((line) => line.trim());
	const along = lines.filter(Boolean).map(read);
	const places = along.filter((place) => place !== null);
	const at = where ? read(where) : (pins.find(({ id }) => id === pin) ?? places[0] ?? null);
	if (along.length === 1 || places.length < along.length)
		return { at: null, stretch: null, wrong: 'stretch' };
	if (where && !at) return { at: null, stretch: null, wrong: 'where' };
	return { at: at && { lat: at.lat, lng: at.lng }, stretch: places.length ? places : null, wrong: null };
}

/** What was done there, as a browser has sent it. The command says what is wrong with it. */
export function readDone(form: FormData): Omit<ActivityInput, 'kind' | 'at' | 'stretch'> {
	const text = (name: string) => String(form.get(name) ?? '').trim();
	const counted = countNames.filter((name) => text(`counts.${name}`) !== '');
	return {
		...{ fromDay: text('fromDay'), untilDay: text('untilDay') || text('fromDay'), note: text('note') },
		counts: Object.fromEntries(counted.map((name) => [name, Number(text(`counts.${name}`))])),
		pins: form.getAll('pins').map(String),
	};
}
