// A round's map as one browser knows it: what the page began with, moved on by the room's events; and the pins of the document with what is
// counted of them. Pure.
import type { Activity } from './activities.ts';
import type { DocumentRole } from './documents.ts';
import type { RoomEvent, Seen } from './events.ts';
import type { DeskComment, DeskPin, OwnPin, Pin, PinEntry, PinFacts } from './pins.ts';
import type { Round } from './rounds.ts';

export type MapView = {
	round: Round;
	/** What the viewer is on the map, and how the keys of their pins begin. */
	viewer: { author: string | null; role: DocumentRole; mayVet: boolean; mayMark: boolean };
	/** The viewer's own pins, in every state. */
	own: OwnPin[];
	/** Ids of the pins the viewer has placed for somebody: theirs to take back. */
	entered: string[];
	/** Ids of the pins the viewer supports. */
	supported: string[];
	activities: Activity[];
	/** What waits for a moderator; null for those who do not vet. */
	waiting: { pins: DeskPin[]; comments: DeskComment[] } | null;
	/** Number of the last event of each room that is in here. */
	seen: Seen;
};

/**
 * The map after an event. One that is in it already changes nothing.
 * @returns the same object when nothing changed, else a new one
 */
export function applyMapEvent(view: MapView, event: RoomEvent): MapView {
	if (event.seq <= (view.seen[event.room] ?? 0)) return view;
	const seen = { ...view.seen, [event.room]: event.seq };
	switch (event.type) {
		case 'round:changed':
			return { ...view, seen, round: event.payload.round };
		case 'activity:recorded': {
			const { activity } = event.payload;
			const others = view.activities.filter(({ id }) => id !== activity.id);
			return { ...view, seen, activities: [...others, activity] };
		}
		case 'activity:removed':
			return {
				...view,
				seen,
				activities: view.activities.filter(({ id }) => id !== event.payload.activityId),
			};
		case 'own:pin':
			return { ...view, seen, own: withOne(view.own, event.payload.pin) };
		case 'desk:pin':
			return {
				...view,
				seen,
				waiting: view.waiting && {
					...view.waiting,
					pins: waitingWith(view.waiting.pins, event.payload.pin),
				},
			};
		case 'desk:comment':
			return {
				...view,
				seen,
				waiting: view.waiting && {
					...view.waiting,
					comments: waitingWith(view.waiting.comments, event.payload.comment),
				},
			};
		default:
			return { ...view, seen };
	}
}

/** The facts after an event, by pin; the same object where it tells of none. */
export function applyFacts(
	facts: ReadonlyMap<string, PinFacts>,
	event: RoomEvent,
): ReadonlyMap<string, PinFacts> {
	if (event.type !== 'pin:facts') return facts;
	const next = new Map(facts);
	for (const pin of event.payload.pins) next.set(pin.id, pin);
	return next;
}

/** Pins as everybody sees them: place and words of the document, and what is counted; of those nothing is counted of yet, nothing is. */
export function pinsWith(
	entries: readonly (PinEntry & { id: string })[],
	facts: ReadonlyMap<string, PinFacts>,
): Pin[] {
	return entries.map(({ id, category, lat, lng, note, answers, kind, placedAt }) => {
		// What was read as a file holds the whole pin as it was then: only what is counted is taken of it.
		const { state, supports, comments, photos, area, concern, channel } = facts.get(id) ?? uncounted;
		return {
			...{ id, category, lat, lng, note, answers, kind, placedAt },
			...{ state, supports, comments, photos, area, concern, channel },
		};
	});
}

const uncounted: Omit<PinFacts, 'id'> = {
	state: 'open',
	supports: 0,
	comments: 0,
	photos: [],
	area: null,
	concern: null,
	channel: 'online',
};

function withOne<T extends { id: string }>(list: T[], one: T): T[] {
	const at = list.findIndex(({ id }) => id === one.id);
	return at === -1 ? [...list, one] : list.with(at, one);
}

function waitingWith<T extends { id: string; vetting: string }>(list: T[], one: T): T[] {
	return one.vetting === 'held' ? withOne(list, one) : list.filter(({ id }) => id !== one.id);
}
