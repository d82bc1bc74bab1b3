// A city's own base map: pictures from a tile server, or one PMTiles file, of pictures or of shapes, that is read piece by piece.
import L from 'leaflet';
import type { BaseMap } from '#domain/baseMap.ts';

type Tiles = Extract<BaseMap, { url: string }>;
const deepest = 19;

/** @returns what takes it away again */
export async function drawTiles(map: L.Map, { kind, url, attribution }: Tiles): Promise<() => void> {
	const options = { attribution: creditOf(attribution), maxZoom: deepest };
	if (kind === 'tiles') return added(map, L.tileLayer(url, options));
	const { PMTiles, TileType } = await import('pmtiles');
	const file = new PMTiles(url);
	const { minZoom, maxZoom, tileType } = await file.getHeader();
	const native = { ...options, minNativeZoom: minZoom, maxNativeZoom: maxZoom };
	if (tileType !== TileType.Mvt) return added(map, pictures(file, native));
	return (await import('./vectorTiles.ts')).drawVector(map, file, native);
}

function added(map: L.Map, layer: L.GridLayer): () => void {
	layer.addTo(map);
	return () => void layer.remove();
}

type Source = { getZxy(z: number, x: number, y: number): Promise<{ data: ArrayBuffer } | undefined> };

function pictures(file: Source, options: L.GridLayerOptions): L.GridLayer {
	const Pictures = L.GridLayer.extend({
		createTile({ x, y, z }: L.Coords, done: L.DoneCallback): HTMLElement {
			const picture = document.createElement('img');
			picture.alt = '';
			void file.getZxy(z, x, y).then(
				(tile) => {
					if (!tile) return done(undefined, picture);
					const address = URL.createObjectURL(new Blob([tile.data]));
					picture.onload = picture.onerror = () => {
						URL.revokeObjectURL(address);
						done(undefined, picture);
					};
					picture.src = address;
				},
				(error: Error) => done(error, picture),
			);
			return picture;
		},
	});
	return new (Pictures as unknown as new (options: L.GridLayerOptions) => L.GridLayer)(options);
}

/** Leaflet takes markup here: words of the configuration become text, addresses in them links. */
function creditOf(attribution: string): string {
	const text = attribution.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
	return text.replace(/https?:\/\/[^\s&<>"()]+/g, (address) => `<a href="${address}">${address}</a>`);
}
