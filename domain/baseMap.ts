// What is drawn under the pins.

/** `town`: the bundled demo town; `plain`: nothing but the ground, where a city has configured nothing. */
export type BaseMap =
	{ kind: 'town' } | { kind: 'plain' } | { kind: 'tiles' | 'pmtiles'; url: string; attribution: string };
