// Undoing what was done in this browser alone. Typing is undone by Yjs; what was done to whole items by doing the contrary, because Yjs would
// take back with an item what others have typed in it.
import * as Y from 'yjs';

/** Something that was done; each way says whether it has changed anything. */
export type Step = { undo(): boolean; redo(): boolean };

export class OwnSteps {
	readonly #typing: Y.UndoManager;
	readonly #typed: Step;
	#done: Step[] = [];
	#undone: Step[] = [];
	#isGoingBack = false;

	/** @param fields origins of what is typed, or their classes */
	constructor(doc: Y.Doc, fields: readonly unknown[]) {
		const typing = (this.#typing = new Y.UndoManager(doc, { trackedOrigins: new Set(fields) }));
		this.#typed = { undo: () => typing.undo() !== null, redo: () => typing.redo() !== null };
		typing.on('stack-item-added', () => {
			if (!this.#isGoingBack) this.#add(this.#typed);
		});
		typing.on('stack-item-popped', ({ type, stackItem }) => {
			const isOwn = (client: number) => client === doc.clientID;
			// Deleted letters come back as this browser's own, one with what stood beside them: with the next step back those of others would go too.
			if (type === 'undo' && ![...stackItem.deletions.clients.keys()].every(isOwn)) this.#forgetTyping();
		});
	}

	get canUndo(): boolean {
		return this.#done.length > 0;
	}

	get canRedo(): boolean {
		return this.#undone.length > 0;
	}

	/** Does something that can be undone. */
	act(step: Step): void {
		this.pause();
		if (!step.redo()) return;
		this.#typing.clear(false, true);
		this.#add(step);
	}

	/** What is typed from now on is a step of its own. */
	pause(): void {
		this.#typing.stopCapturing();
	}

	undo(): void {
		this.#go(this.#done, this.#undone, (step) => step.undo());
	}

	redo(): void {
		this.#go(this.#undone, this.#done, (step) => step.redo());
	}

	/** Undoes this step, whatever came after it. */
	takeBack(step: Step): void {
		if (!this.#done.includes(step)) return;
		this.#done = this.#done.filter((one) => one !== step);
		step.undo();
	}

	#add(step: Step): void {
		this.#done.push(step);
		this.#undone = [];
	}

	/** What others have made pointless meanwhile is passed over. */
	#go(from: Step[], to: Step[], run: (step: Step) => boolean): void {
		this.#isGoingBack = true;
		this.pause();
		for (let step = from.pop(); step; step = from.pop()) {
			if (!run(step)) continue;
			to.push(step);
			break;
		}
		this.#isGoingBack = false;
	}

	#forgetTyping(): void {
		this.#typing.clear(true, false);
		// In place: it may be in the middle of going back.
		for (let i = this.#done.length - 1; i >= 0; i--)
			if (this.#done[i] === this.#typed) this.#done.splice(i, 1);
	}
}
