// The time as the server has it: a phone's clock may be minutes off, and a countdown must not be.
export class Clock {
	/** Milliseconds since 1970. */
	now = $state(0);

	/** @param now the server's time when it made the page */
	constructor(now: number) {
		this.now = now;
	}

	/** Begins to tick, each second. @returns stops it */
	start(): () => void {
		const ahead = this.now - Date.now();
		const ticking = setInterval(() => (this.now = Date.now() + ahead), 1_000);
		return () => clearInterval(ticking);
	}
}
