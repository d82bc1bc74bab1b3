// What is drawn under the pins, and what a browser has to reach for it.

/** `town`: the bundled demo town; `plain`: nothing but the ground, where a city has configured nothing. */
export type BaseMap =
	{ kind: 'town' } | { kind: 'plain' } | { kind: 'tiles' | 'pmtiles'; url: string; attribution: string };

type Settings = { DEMO: boolean; MAP_TILES?: string; MAP_PMTILES?: string; MAP_ATTRIBUTION: string };

/** What the settings say: the city's own map before the demo town's. */
export function baseMapOf({ DEMO, MAP_TILES, MAP_PMTILES, MAP_ATTRIBUTION: attribution }: Settings): BaseMap {
	if (MAP_PMTILES) return { kind: 'pmtiles', url: MAP_PMTILES, attribution };
	if (MAP_TILES) return { kind: 'tiles', url: MAP_TILES, attribution };
	return { kind: DEMO ? 'town' : 'plain' };
}

/** The page's policy with the one origin that the base map comes from let in: pictures of tiles, or the pieces of a file. */
export function policyWith(policy: string, base: BaseMap): string {
	if (base.kind !== 'tiles' && base.kind !== 'pmtiles') return policy;
	const directive = base.kind === 'tiles' ? 'img-src' : 'connect-src';
	return policy.replace(new RegExp(`(^|; ?)${directive} [^;]*`), `$& ${new URL(base.url).origin}`);
}
