// One thing after the other, and of what comes meanwhile only the last: the server works at several commands at once and might end with
// the one that was said first.

export class LastSaid<Value> {
	/** What was said last. */
	value: Value;

	readonly #tell: (value: Value) => Promise<unknown>;
	#told: Value;
	#isTelling = false;

	/** @param value what holds at the beginning, untold */
	constructor(value: Value, tell: (value: Value) => Promise<unknown>) {
		this.value = this.#told = value;
		this.#tell = tell;
	}

	say(value: Value): void {
		this.value = value;
		if (!this.#isTelling) void this.#tellAll();
	}

	async #tellAll(): Promise<void> {
		this.#isTelling = true;
		while (this.#told !== this.value) {
			this.#told = this.value;
			await this.#tell(this.#told);
		}
		this.#isTelling = false;
	}
}
