// A meeting's minutes in one browser: the shared document, its line to the server, who else is there, and undoing one's own.
import type * as Y from 'yjs';
import * as minutesOf from '#domain/minutes.ts';
import type { MinutesItem } from '#domain/minutes.ts';
import { DocumentLine } from '#lib/documents/line.svelte.ts';
import { newId } from '#lib/hall/id.ts';
import { OwnSteps, type Step } from './ownSteps.ts';

/** Somebody else who has the minutes open; `item`: where they type. */
export type Other = { name: string; item: string | null };

export class MinutesLine extends DocumentLine {
	items = $state.raw<MinutesItem[]>([]);
	others = $state.raw<Other[]>([]);
	canUndo = $state(false);
	canRedo = $state(false);

	readonly #name: string;
	#own: OwnSteps | undefined;
	#at: string | null = null;

	/** @param name under which the others see this editor */
	constructor(meetingId: string, name: string) {
		super(
			{ kind: 'minutes', id: meetingId },
			(doc) => {
				this.items = minutesOf.readMinutes(doc);
				this.#look();
			},
			(others) => (this.others = othersIn(others)),
		);
		this.#name = name;
	}

	override open(): () => void {
		const close = super.open();
		this.#own = new OwnSteps(this.doc, [HTMLTextAreaElement, HTMLInputElement]);
		this.#look();
		this.sayAt(this.#at);
		return close;
	}

	/** Tells the others in which item this editor types; null: in none. */
	sayAt(item: string | null): void {
		if (item !== this.#at) this.#own?.pause();
		this.#at = item;
		this.say({ name: this.#name, item });
	}

	/** Takes the last thing back that was done in this browser; what others did meanwhile stays. */
	undo(): void {
		this.#own?.undo();
		this.readNow();
	}

	redo(): void {
		this.#own?.redo();
		this.readNow();
	}

	/** @returns the key of the new item */
	add(title = ''): string {
		const key = newId();
		const { doc } = this;
		this.#act({
			redo: () => (minutesOf.addItem(doc, key, title), true),
			// Only while nobody has typed in it.
			undo: () => {
				const item = this.#find(key);
				if (!item || item.text !== '' || item.title !== title) return false;
				minutesOf.removeItem(doc, key);
				return true;
			},
		});
		return key;
	}

	move(key: string, by: -1 | 1): void {
		const { doc } = this;
		this.#act({
			redo: () => minutesOf.moveItem(doc, key, by),
			undo: () => minutesOf.moveItem(doc, key, by === 1 ? -1 : 1),
		});
	}

	/** Takes an item away. @returns puts it back, with the words it had then */
	remove({ key }: MinutesItem): () => void {
		const { doc } = this;
		let removed: MinutesItem | undefined;
		const step: Step = {
			redo: () => {
				removed = this.#find(key);
				minutesOf.removeItem(doc, key);
				return removed !== undefined;
			},
			undo: () => removed !== undefined && minutesOf.putItemBack(doc, removed),
		};
		this.#act(step);
		return () => {
			this.#own?.takeBack(step);
			this.readNow();
		};
	}

	setMoment(key: string, at: number | null): void {
		const { doc } = this;
		const before = this.#find(key)?.at ?? null;
		const set = (from: number | null, to: number | null) => {
			// Somebody else has set another one since: it stays.
			if (this.#find(key)?.at !== from) return false;
			minutesOf.setMoment(doc, key, to);
			return true;
		};
		this.#act({ redo: () => set(before, at), undo: () => set(at, before) });
	}

	textOf(key: string, of: 'title' | 'text'): Y.Text | undefined {
		return minutesOf.itemText(this.doc, key, of);
	}

	#act(step: Step): void {
		this.#own?.act(step);
		this.readNow();
	}

	/** An item as it is in this moment, which may not have been read for the page yet. */
	#find(key: string): MinutesItem | undefined {
		return minutesOf.readMinutes(this.doc).find((item) => item.key === key);
	}

	#look(): void {
		this.canUndo = this.#own?.canUndo ?? false;
		this.canRedo = this.#own?.canRedo ?? false;
	}
}

/** One person in two windows is one. */
function othersIn(states: Record<string, unknown>[]): Other[] {
	const others = new Map<string, Other>();
	for (const { name, item } of states) {
		if (typeof name !== 'string') continue;
		const other = { name: name.slice(0, 80), item: typeof item === 'string' ? item : null };
		others.set(`${other.name} ${other.item}`, other);
	}
	return [...others.values()];
}
