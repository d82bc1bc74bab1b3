// What lies under the pins: the demo town's drawing, a city's own tiles, or nothing but the ground.
import type L from 'leaflet';
import type { BaseMap } from '#domain/baseMap.ts';

/** Puts it under everything else on the map. @returns what takes it away again */
export async function addBase(map: L.Map, base: BaseMap): Promise<() => void> {
	if (base.kind === 'plain') return () => {};
	if (base.kind === 'town') return (await import('./townDrawing.ts')).drawTown(map);
	const { tileLayer } = await import('./tiles.ts');
	const layer = await tileLayer(base);
	layer.addTo(map);
	return () => void layer.remove();
}
