// A round's map in one browser: pins of the shared document, what is counted of them, the viewer's own, and what the viewer does.
import type { RoomEvent } from '#domain/events.ts';
import { applyFacts, applyMapEvent, pinsWith, type MapView } from '#domain/mapView.ts';
import { changePin, readPins, type Pin, type PinComment, type PinFacts } from '#domain/pins.ts';
import type { Place } from '#domain/places.ts';
import { DocumentLine } from '#lib/documents/line.svelte.ts';
import { openRoomEvents } from '#lib/hall/roomEvents.ts';

/** Where another editor is, or points to. */
export type Cursor = { name: string; at: Place; isPresenter: boolean };

export class RoundLine {
	view = $state.raw() as MapView;
	/** Published pins; null until they are here. */
	pins = $state.raw<Pin[] | null>(null);
	isConnected = $state(false);
	cursors = $state.raw<Cursor[]>([]);
	/** What is said of the pin that is looked at. */
	talk = $state.raw<{ pinId: string; comments: PinComment[] } | null>(null);
	readonly document: DocumentLine;

	#facts: ReadonlyMap<string, PinFacts> = new Map();
	/** Keys in the document, by pin. */
	#keys = new Map<string, string>();
	#entries: Parameters<typeof pinsWith>[0] | null = null;
	readonly #name: string | null;
	#closed = false;

	/** @param name of an editor, for the others to see */
	constructor(view: MapView, name: string | null) {
		this.view = view;
		this.#name = name;
		this.document = new DocumentLine(
			{ kind: 'map', id: view.round.id },
			(doc) => {
				const read = readPins(doc);
				this.#keys = new Map(read.map(({ id, key }) => [id, key]));
				this.#entries = read;
				this.#show();
			},
			(others) => (this.cursors = others.flatMap(cursorOf)),
		);
	}

	/** Reads the pins, then listens. @returns closes the lines */
	open(): () => void {
		void this.#readPins();
		const { round } = this.view;
		const closeEvents = openRoomEvents({
			join: (line, seen, id) => line.emitWithAck('map:join', { roundId: round.id, seen }, id),
			seen: () => this.view.seen,
			hear: (event) => this.#hear(event),
			readAnew: () => this.#readAnew(),
			connected: (is) => (this.isConnected = is),
		});
		// What is closed does not change any more: its pins are in the rows.
		const closeDocument =
			round.state === 'open' || this.view.viewer.role === 'editor' ? this.document.open() : () => {};
		return () => {
			this.#closed = true;
			closeEvents();
			closeDocument();
		};
	}

	/** Goes on from what the page has read anew, unless the line knows more. */
	restart(view: MapView): void {
		const isNewer = Object.entries(view.seen).every(([room, seq]) => seq >= (this.view.seen[room] ?? 0));
		if (isNewer) this.view = view;
	}

	/** Reads what is said of a pin. */
	async look(pinId: string): Promise<void> {
		if (this.talk?.pinId !== pinId) this.talk = null;
		const comments = await this.#fetch<PinComment[]>(`pins/${pinId}.json`);
		if (comments) this.talk = { pinId, comments };
	}

	/** Whether the viewer may move the pin by hand. */
	mayMove(pinId: string): boolean {
		// Before it is in the document there is nothing to move.
		if (!this.#keys.has(pinId)) return false;
		const { role } = this.view.viewer;
		return role === 'editor' || (role === 'contributor' && this.isOwn(pinId));
	}

	isOwn(pinId: string): boolean {
		return this.view.own.some(({ id }) => id === pinId);
	}

	/** Moves a pin in the shared document. @returns false where it is not there yet */
	move(pinId: string, at: Place): boolean {
		const key = this.#keys.get(pinId);
		if (!key || this.document.status === 'closed') return false;
		changePin(this.document.doc, this.view.round, key, at);
		this.document.readNow();
		return true;
	}

	/** Editors tell the others where they are; the presenter points something out to all. */
	point(at: Place | null, isPresenter: boolean): void {
		if (this.view.viewer.role !== 'editor' || !this.#name) return;
		this.document.say(at && { name: this.#name, lat: at.lat, lng: at.lng, presenter: isPresenter });
	}

	/** Something was supported, or that was taken back: known here at once. */
	supported(pinId: string, on: boolean): void {
		const others = this.view.supported.filter((id) => id !== pinId);
		this.view = { ...this.view, supported: on ? [...others, pinId] : others };
	}

	#hear(event: RoomEvent): void {
		this.view = applyMapEvent(this.view, event);
		const facts = applyFacts(this.#facts, event);
		if (facts !== this.#facts) {
			this.#facts = facts;
			this.#show();
		}
		const { talk } = this;
		if (!talk) return;
		if (event.type === 'pin:commented' && event.payload.pinId === talk.pinId) {
			const others = talk.comments.filter(({ id }) => id !== event.payload.comment.id);
			this.talk = { ...talk, comments: [...others, event.payload.comment] };
		}
		if (event.type === 'pin:comment-removed' && event.payload.pinId === talk.pinId)
			this.talk = {
				...talk,
				comments: talk.comments.filter(({ id }) => id !== event.payload.commentId),
			};
	}

	async #readPins(): Promise<void> {
		const pins = await this.#fetch<Pin[]>('pins.json');
		if (!pins) return;
		// What was told meanwhile is newer.
		this.#facts = new Map([...pins.map((pin) => [pin.id, pin] as const), ...this.#facts]);
		this.#entries ??= pins;
		this.#show();
	}

	async #readAnew(): Promise<void> {
		const [state, pins] = await Promise.all([
			this.#fetch<{ view: MapView }>('state.json'),
			this.#fetch<Pin[]>('pins.json'),
		]);
		if (state) this.view = state.view;
		if (pins) {
			this.#facts = new Map(pins.map((pin) => [pin.id, pin]));
			if (!this.document.isKnown) this.#entries = pins;
		}
		this.#show();
	}

	#show(): void {
		if (this.#entries) this.pins = pinsWith(this.#entries, this.#facts);
	}

	async #fetch<T>(what: string): Promise<T | null> {
		try {
			const answer = await fetch(`/map/${this.view.round.slug}/${what}`);
			return answer.ok && !this.#closed ? ((await answer.json()) as T) : null;
		} catch {
			return null;
		}
	}
}

function cursorOf(state: Record<string, unknown>): Cursor[] {
	const { name, lat, lng, presenter } = state;
	if (typeof name !== 'string' || typeof lat !== 'number' || typeof lng !== 'number') return [];
	return [{ name: name.slice(0, 80), at: { lat, lng }, isPresenter: presenter === true }];
}
