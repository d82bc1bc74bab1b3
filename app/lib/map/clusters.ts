// Pins that lie too close to be told apart are drawn as one, which says how many there are of each kind.
import Supercluster from 'supercluster';
import type { Pin } from '#domain/pins.ts';

type Mix = Record<string, number>;
type Index = Supercluster<{ pin: Pin }, { mix: Mix }>;

export type Single = { kind: 'pin'; id: string; pin: Pin; lat: number; lng: number };
export type Cluster = {
	kind: 'cluster';
	id: string;
	clusterId: number;
	count: number;
	mix: Mix;
	lat: number;
	lng: number;
};
/** West, south, east, north. */
export type Box = [number, number, number, number];

/** Nearer than this everybody stands alone. */
const nearestZoom = 17;

export type Clusters = {
	/** What is to be drawn in a part of the map at a zoom. */
	within(box: Box, zoom: number): (Single | Cluster)[];
	/** At which zoom a cluster falls apart. */
	zoomOf(clusterId: number): number;
};

export function clusterPins(pins: readonly Pin[]): Clusters {
	const index: Index = new Supercluster({
		radius: 44,
		// Leaflet's tiles: pixels of the radius are those of the screen.
		extent: 256,
		maxZoom: nearestZoom,
		map: ({ pin }) => ({ mix: { [pin.category]: 1 } }),
		reduce: (sum, { mix }) => {
			// The first of a cluster would be shared with it: what is added up is its own.
			sum.mix = { ...sum.mix };
			for (const [category, count] of Object.entries(mix))
				sum.mix[category] = (sum.mix[category] ?? 0) + count;
		},
	});
	index.load(
		pins.map((pin) => ({
			type: 'Feature',
			geometry: { type: 'Point', coordinates: [pin.lng, pin.lat] },
			properties: { pin },
		})),
	);
	return {
		within: (box, zoom) =>
			index.getClusters(box, Math.floor(zoom)).map((feature): Single | Cluster => {
				const [lng, lat] = feature.geometry.coordinates as [number, number];
				const { properties } = feature;
				if (!('cluster' in properties))
					return { kind: 'pin', id: properties.pin.id, pin: properties.pin, lat, lng };
				const { cluster_id: clusterId, point_count: count, mix } = properties;
				return { kind: 'cluster', id: `cluster ${clusterId} ${count}`, clusterId, count, mix, lat, lng };
			}),
		zoomOf: (clusterId) => index.getClusterExpansionZoom(clusterId),
	};
}

/** The parts of a ring, largest first: each kind with its share, as the ends of an arc from 0 to 1. */
export function sharesOf(mix: Mix): { category: string; count: number; from: number; to: number }[] {
	const sum = Object.values(mix).reduce((all, count) => all + count, 0);
	let at = 0;
	return Object.entries(mix)
		.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
		.map(([category, count]) => {
			const from = at;
			at += count / sum;
			return { category, count, from, to: at };
		});
}
