// A city's own base map from a vector PMTiles file with the layers of Protomaps' basemap, drawn light or dark as the page is.
import L from 'leaflet';
import type { PMTiles } from 'pmtiles';
import { leafletLayer } from 'protomaps-leaflet';
import { getLocale } from '#lib/paraglide/runtime.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Draws it, and again when the page turns light or dark. @returns what takes it away again */
export function drawVector(
	map: L.Map,
	file: PMTiles,
	{ maxNativeZoom, ...options }: L.GridLayerOptions,
): () => void {
	// It takes Leaflet from there.
	Object.assign(globalThis, { L });
	const draw = () =>
		(
			leafletLayer({
				...options,
				url: file,
				// Beyond it shapes are drawn larger, not pictures of them.
				maxDataZoom: maxNativeZoom,
				flavor: isDark() ? 'dark' : 'light',
				lang: getLocale(),
			}) as unknown as L.GridLayer
		).addTo(map);
	let layer = draw();
	const again = () => {
		layer.remove();
		layer = draw();
	};
	const theme = new MutationObserver(again);
	theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
	dark.addEventListener('change', again);
	return () => {
		theme.disconnect();
		dark.removeEventListener('change', again);
		layer.remove();
	};
}

function isDark(): boolean {
	const { colorScheme } = getComputedStyle(document.documentElement);
	return colorScheme === 'dark' || (colorScheme !== 'light' && dark.matches);
}
