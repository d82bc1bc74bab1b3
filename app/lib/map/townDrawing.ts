// Draws the demo town: a few large paths, whose colours are those of the style sheet and follow the scheme by themselves.
import L from 'leaflet';
import type { Position } from 'geojson';
import { featuresOf, nameOf, type TownFeature } from './town.ts';

type Label = { text: string; at: L.LatLngExpression; className: string; from: number; until: number };

const turned = (points: Position[]): [number, number][] => points.map(([lng, lat]) => [lat!, lng!]);
const lineOf = ({ geometry }: TownFeature) => turned(geometry.coordinates as Position[]);
const ringOf = ({ geometry }: TownFeature) => turned((geometry.coordinates as Position[][])[0]!);

/** @returns what takes the drawing away again */
export function drawTown(map: L.Map): () => void {
	// Below the round's boundary, above the ground. Names are a picture here: the list and the forms say them in words.
	const under = map.createPane('town');
	const names = map.createPane('town-names');
	under.classList.add('map-town');
	names.classList.add('map-town-names');
	names.setAttribute('aria-hidden', 'true');
	const renderer = L.svg({ pane: 'town', padding: 0.5 });
	const looks = (className: string) => ({ className, renderer, pane: 'town', interactive: false });
	const areas = (kind: 'block' | 'park' | 'water' | 'building') =>
		L.polygon(
			featuresOf(kind).map((feature) => [ringOf(feature)]),
			looks(`map-${kind}`),
		);
	const streets = (rank: number) =>
		L.polyline(
			featuresOf('street')
				.filter(({ properties }) => properties.rank === rank)
				.map(lineOf),
			looks(`map-street map-street-${rank}`),
		);
	const drawing = L.layerGroup([
		areas('block'),
		areas('park'),
		areas('water'),
		...[3, 2, 1].map(streets),
		L.polyline(featuresOf('rail').map(lineOf), looks('map-rail')),
		areas('building'),
	]).addTo(map);

	const labels = [...streetLabels(), ...placeLabels()].map((label) => ({
		...label,
		marker: markerOf(label),
	}));
	const shown = L.layerGroup().addTo(map);
	function showNames(): void {
		const zoom = map.getZoom();
		under.dataset.zoom = String(Math.round(zoom));
		for (const { marker, from, until } of labels)
			if (zoom >= from && zoom <= until) shown.addLayer(marker);
			else shown.removeLayer(marker);
	}
	map.on('zoomend', showNames);
	showNames();
	return () => {
		map.off('zoomend', showNames);
		drawing.remove();
		shown.remove();
	};
}

function markerOf({ text, at, className }: Label): L.Marker {
	const word = document.createElement('span');
	word.textContent = text;
	const icon = L.divIcon({ className: `map-label ${className}`, iconSize: [0, 0], html: word });
	return L.marker(at, { icon, interactive: false, keyboard: false, pane: 'town-names' });
}

/** Each street is named in the middle of a block, and again some blocks on. */
function streetLabels(): Label[] {
	return featuresOf('street').flatMap((street) => {
		const points = lineOf(street);
		const from = street.properties.rank === 1 ? 15 : street.properties.rank === 2 ? 16 : 17;
		return points.flatMap((point, at) => {
			const next = points[at + 1];
			if (!next || at % 5 !== Math.min(2, (points.length - 2) >> 1)) return [];
			const isUpright = Math.abs(next[0] - point[0]) > Math.abs(next[1] - point[1]) * 0.75;
			const middle: [number, number] = [(point[0] + next[0]) / 2, (point[1] + next[1]) / 2];
			const className = isUpright ? 'map-street-name map-upright' : 'map-street-name';
			return [{ text: nameOf(street), at: middle, className, from, until: 22 }];
		});
	});
}

function placeLabels(): Label[] {
	const centre = (feature: TownFeature) => L.latLngBounds(ringOf(feature)).getCenter();
	const places = [...featuresOf('building'), ...featuresOf('park')].map((feature) => ({
		...{ text: nameOf(feature), at: centre(feature), className: 'map-place-name' },
		...{ from: 16, until: 22 },
	}));
	const neighborhoods = featuresOf('neighborhood').map((feature) => {
		const [lng, lat] = feature.geometry.coordinates as [number, number];
		const at: [number, number] = [lat, lng];
		return { text: nameOf(feature), at, className: 'map-neighborhood', from: 13, until: 15 };
	});
	return [...places, ...neighborhoods];
}
