// What this browser remembers of its person’s choices. It holds until the page is left where a browser refuses to remember.

/** A remembered word, if it is one of those that are known; else the first of them. */
export function recalled<const Word extends string>(key: string, known: readonly [Word, ...Word[]]): Word {
	const kept = recalledText(key);
	return known.find((word) => word === kept) ?? known[0];
}

export function recalledText(key: string): string | null {
	try {
		return localStorage.getItem(key);
	} catch {
		return null;
	}
}

export function remember(key: string, text: string): void {
	try {
		localStorage.setItem(key, text);
	} catch {
		// Refused: see above.
	}
}
