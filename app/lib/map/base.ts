// What lies under the pins: the demo town's drawing, a city's own tiles, or nothing but the ground.
import type L from 'leaflet';
import type { BaseMap } from '#domain/baseMap.ts';

/** Puts it under everything else on the map. @returns what takes it away again */
export async function addBase(map: L.Map, base: BaseMap): Promise<() => void> {
	if (base.kind === 'plain') return () => {};
	if (base.kind === 'town') return (await import('./townDrawing.ts')).drawTown(map);
	return (await import('./tiles.ts')).drawTiles(map, base);
}
