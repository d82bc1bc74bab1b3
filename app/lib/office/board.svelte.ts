// The staff's board in one browser: follow-ups as the page has read them, changed at once by what others do.
import { deserialize } from '$app/forms';
import type { RoomEvent, Seen } from '#domain/events.ts';
import type { DeskFollowup, FollowupState } from '#domain/followups.ts';
import { openRoomEvents } from '#lib/hall/roomEvents.ts';

export type Hooks = {
	/** Reads everything anew. */
	readAnew(): Promise<void>;
	/** Somebody else has changed something. */
	changed(followup: DeskFollowup, by: string): void;
};

export class FollowupBoard {
	followups = $state.raw<DeskFollowup[]>([]);
	isConnected = $state(true);
	/** A card is in somebody's hand here: the lists stay as they are. */
	isHeld = $state(false);
	#seen: Seen;
	readonly #hooks: Hooks;
	readonly #own: string;
	#reading: ReturnType<typeof setTimeout> | undefined;

	/** @param seen number of the room's last event that the page knows @param own name of whoever looks */
	constructor(followups: DeskFollowup[], seen: Seen, own: string, hooks: Hooks) {
		this.followups = followups;
		this.#seen = { ...seen };
		this.#own = own;
		this.#hooks = hooks;
	}

	/** Listens. @returns stops */
	open(): () => void {
		const close = openRoomEvents({
			join: (line, seen, id) => line.emitWithAck('followups:join', { seen }, id),
			seen: () => this.#seen,
			hear: (event) => this.#hear(event),
			readAnew: () => this.#hooks.readAnew(),
			connected: (is) => (this.isConnected = is),
		});
		return () => {
			clearTimeout(this.#reading);
			close();
		};
	}

	/** What the page has read anew. */
	restart(followups: DeskFollowup[], seen: Seen): void {
		const isNewer = Object.entries(seen).every(([room, seq]) => seq >= (this.#seen[room] ?? 0));
		if (!isNewer) return;
		this.followups = followups;
		this.#seen = { ...seen };
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
		this.#seen[event.room] = event.seq;
		// What the filter shows only the server knows: soon everything is read anew.
		clearTimeout(this.#reading);
		this.#reading = setTimeout(() => void this.#hooks.readAnew(), 400);
		if (event.type !== 'desk:followup') return;
		const { followup, by } = event.payload;
		this.followups = this.followups.map((one) => (one.number === followup.number ? followup : one));
		if (by && by !== this.#own) this.#hooks.changed(followup, by);
	}
}
