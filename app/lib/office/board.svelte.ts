// The staff's board in one browser: follow-ups as the page has read them, changed at once by what others do.
import { deserialize } from '$app/forms';
import { followupDeskRoom, type RoomEvent, type Seen } from '#domain/events.ts';
import {
	byUrgency,
	isNarrow,
	type DeskFollowup,
	type FollowupFilter,
	type FollowupState,
} from '#domain/followups.ts';
import { openRoomEvents } from '#lib/hall/roomEvents.ts';
import { Grip } from '#lib/ui/grip.svelte.ts';
import { oneAtATime } from './oneAtATime.ts';

export type Hooks = {
	/** Reads everything anew. */
	readAnew(): Promise<void>;
	/** Somebody else has changed something. */
	changed(followup: DeskFollowup, by: string): void;
};
/** The board as the page has read it. */
export type Read = {
	followups: DeskFollowup[];
	/** Number of the room's last event that the page knows. */
	seen: Seen;
	filter: FollowupFilter;
};

/** So long at least between two readings, in milliseconds: what a filter leaves out only they can tell, else the board is right without. */
const restMs = { narrow: 1_000, whole: 5_000 };

export class FollowupBoard {
	followups = $state.raw<DeskFollowup[]>([]);
	isConnected = $state(true);
	readonly grip = new Grip();
	/** Reads everything anew, together with all others who ask for it meanwhile. */
	readonly readAnew: () => Promise<void>;
	#seen: Seen = {};
	#isNarrow = false;
	/** Number of the last event of which the board must be read anew. */
	#unread = 0;
	/** What events have told since the page was read, by number. */
	readonly #told = new Map<string, { seq: number; followup: DeskFollowup }>();
	readonly #changed: Hooks['changed'];
	readonly #own: string;

	/** @param own name of whoever looks */
	constructor(read: Read, own: string, { readAnew, changed }: Hooks) {
		this.#own = own;
		this.#changed = changed;
		const rest = () =>
			new Promise<void>((rested) => setTimeout(rested, this.#isNarrow ? restMs.narrow : restMs.whole));
		this.readAnew = oneAtATime(readAnew, rest);
		this.restart(read);
	}

	/** What was done here is told to this board as to all others; only while it hears nothing it must be read. */
	readonly catchUp = () => (this.isConnected ? Promise.resolve() : this.readAnew());

	/** Listens. @returns stops */
	open(): () => void {
		let isOpen = true;
		const close = openRoomEvents({
			join: (line, seen, id) => line.emitWithAck('followups:join', { seen }, id),
			seen: () => this.#seen,
			hear: (event) => isOpen && this.#hear(event),
			readAnew: () => this.readAnew(),
			connected: (is) => (this.isConnected = is),
		});
		return () => {
			isOpen = false;
			close();
		};
	}

	/** What the page has read anew, with what was heard while it was read. */
	restart({ followups, seen, filter }: Read): void {
		const read = seen[followupDeskRoom] ?? 0;
		this.#isNarrow = isNarrow(filter);
		this.#seen = { [followupDeskRoom]: Math.max(read, this.#seen[followupDeskRoom] ?? 0) };
		this.followups = this.#unchanged(followups);
		for (const [number, { seq, followup }] of this.#told)
			if (seq <= read) this.#told.delete(number);
			else this.#put(followup);
		if (read < this.#unread) void this.readAnew();
	}

	in(state: FollowupState): DeskFollowup[] {
		return this.followups.filter((one) => one.state === state);
	}

	/** Moves one that needs nothing. @returns null, or the code of what was refused */
	async move(followup: DeskFollowup, to: FollowupState): Promise<string | null> {
		const form = new FormData();
		const fields = { number: followup.number, version: String(followup.version), to };
		for (const [name, value] of Object.entries(fields)) form.set(name, value);
		const address = `/desk/followups/${followup.number}?/move`;
		const headers = { 'x-sveltekit-action': 'true' };
		const answer = await fetch(address, { method: 'POST', body: form, headers });
		const result = deserialize(await answer.text());
		if (result.type === 'success') return null;
		return result.type === 'failure' ? String(result.data?.['code']) : 'failed';
	}

	#hear(event: RoomEvent): void {
		this.#seen = { [followupDeskRoom]: event.seq };
		if (event.type === 'desk:followup') {
			const { followup, by } = event.payload;
			this.#told.set(followup.number, { seq: event.seq, followup });
			this.#put(followup);
			if (by && by !== this.#own) this.#changed(followup, by);
			if (!this.#isNarrow) return;
		}
		// What a filter shows, and what waits in the inbox, only the server knows.
		this.#unread = event.seq;
		void this.readAnew();
	}

	/** What is as it was stays the same object: it is not drawn anew. */
	#unchanged(followups: DeskFollowup[]): DeskFollowup[] {
		const before = new Map(this.followups.map((one) => [one.number, one]));
		return followups.map((one) => {
			const was = before.get(one.number);
			return was && JSON.stringify(was) === JSON.stringify(one) ? was : one;
		});
	}

	/** Of a board that shows all of them new ones are put in, too. */
	#put(followup: DeskFollowup): void {
		const others = this.followups.filter(({ number }) => number !== followup.number);
		if (this.#isNarrow && others.length === this.followups.length) return;
		this.followups = [...others, followup].sort(byUrgency);
	}
}
