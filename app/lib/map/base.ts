import type L from 'leaflet';
import type { BaseMap } from '#domain/baseMap.ts';
export function addBase(_map: L.Map, _base: BaseMap): Promise<() => void> {
	return Promise.resolve(() => {});
}
