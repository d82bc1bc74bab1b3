// Who has which place on a screen: one large, a few small. Whoever speaks comes to the large one, and nobody else moves for it.

export type Seats = {
	/** Null while a shared screen has the large place. */
	large: string | null;
	small: string[];
	/** Who was heard last comes first. */
	heard: string[];
};
export const noSeats: Seats = { large: null, small: [], heard: [] };

/** So many have a small place; the others are heard. */
export const mostSmall = 5;

export type Present = {
	/** Everybody who has a tile, in a lasting order. */
	ids: readonly string[];
	/** Who is heard most, when it is somebody. */
	speaker: string | null;
	/** Oneself: always in sight, and never large beside others. */
	own: string | null;
	hasScreen: boolean;
};

/** The places after somebody came, went, spoke, or shared a screen. */
export function seatsAfter(before: Seats, { ids, speaker, own, hasScreen }: Present): Seats {
	const isThere = (id: string | null): id is string => id !== null && ids.includes(id);
	const mayBeLarge = (id: string | null): id is string => isThere(id) && (id !== own || ids.length === 1);
	const heard = [...new Set([speaker, ...before.heard])].filter(isThere);
	const large = hasScreen
		? null
		: ([speaker, before.large, ...before.small, ...ids].find((id) => mayBeLarge(id)) ?? null);
	const small = before.small.filter(isThere);
	const old = before.large !== large && isThere(before.large) ? before.large : null;
	const at = large === null ? -1 : small.indexOf(large);
	// The two change places.
	if (at >= 0) small.splice(at, 1, ...(old ? [old] : []));
	for (const id of [old, own, hasScreen ? speaker : null])
		if (isThere(id) && id !== large) seat(small, id, heard, own);
	for (const id of [...heard, ...ids])
		if (id !== large && !small.includes(id) && small.length < mostSmall) small.push(id);
	return { large, small, heard };
}

/** Gives somebody a small place; where none is free, that of the one who has been silent longest. */
function seat(small: string[], id: string, heard: readonly string[], own: string | null): void {
	if (small.includes(id)) return;
	if (small.length < mostSmall) return void small.push(id);
	const silence = (one: string) => (one === own ? -1 : heard.includes(one) ? heard.indexOf(one) : Infinity);
	const quietest = small.reduce((quiet, one) => (silence(one) >= silence(quiet) ? one : quiet));
	small[small.indexOf(quietest)] = id;
}
