// Reading anew when something has happened: at once for the first word, once more for all that come meanwhile, never twice at a time.

/**
 * @param read may fail: whoever asked is told, and the next reading is begun all the same
 * @param rest what lies between the end of a reading and the next one
 * @returns asks for a reading. It resolves when one that was begun after the call is through.
 */
export function oneAtATime(read: () => Promise<void>, rest: () => Promise<void>): () => Promise<void> {
	let running: Promise<void> | undefined;
	let next: Promise<void> | undefined;

	function begin(): Promise<void> {
		next = undefined;
		const reading = read();
		const through = reading
			.catch(() => {})
			.then(rest)
			.then(() => {
				if (running === through) running = undefined;
			});
		running = through;
		return reading;
	}

	return () => (running ? (next ??= running.then(begin)) : begin());
}
