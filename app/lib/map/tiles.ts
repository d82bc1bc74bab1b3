// A city's own base map: pictures from a tile server, or from one PMTiles file that is read piece by piece.
import L from 'leaflet';
import type { BaseMap } from '#domain/baseMap.ts';

type Tiles = Extract<BaseMap, { url: string }>;
const deepest = 19;

export async function tileLayer({ kind, url, attribution }: Tiles): Promise<L.GridLayer> {
	const options = { attribution: creditOf(attribution), maxZoom: deepest };
	if (kind === 'tiles') return L.tileLayer(url, options);
	const { PMTiles } = await import('pmtiles');
	const file = new PMTiles(url);
	const { minZoom, maxZoom } = await file.getHeader();
	return pictures(file, { ...options, minNativeZoom: minZoom, maxNativeZoom: maxZoom });
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
