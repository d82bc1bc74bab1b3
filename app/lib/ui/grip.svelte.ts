// The hand that drags a card of a board by svelte-dnd-action.
import { SOURCES, TRIGGERS, type DndEvent, type Item } from 'svelte-dnd-action';

export class Grip {
	/** A card is in the viewer's hand: the lists are the hand's, and nothing else moves in them. */
	isHeld = $state(false);
	/** It was taken out of that hand: wherever it lies now, it goes back. */
	#isGivenBack = false;

	/** To be told of each step of a drag. */
	consider({ info: { source, trigger } }: DndEvent<Item>): void {
		if (source === SOURCES.POINTER) this.isHeld = true;
		if (trigger === TRIGGERS.DRAG_STARTED) this.#isGivenBack = false;
	}

	/** To be told of its end. @returns the card was put down into the list that tells this */
	finalize({ info: { source, trigger } }: DndEvent<Item>): boolean {
		if (source === SOURCES.POINTER) this.isHeld = false;
		return trigger === TRIGGERS.DROPPED_INTO_ZONE && !this.#isGivenBack;
	}

	/** To the library a touch that the system cancels goes on for ever: it is told that the hand has let go. */
	readonly giveBack = (): void => {
		this.#isGivenBack = true;
		dispatchEvent(new Event('touchend'));
	};

	readonly giveBackByEscape = ({ key }: KeyboardEvent): void => {
		if (key === 'Escape' && this.isHeld) this.giveBack();
	};
}
