// The demo town as it is drawn and searched: GeoJSON, fetched only where it is needed.
import type { Feature, FeatureCollection, LineString, Point, Polygon } from 'geojson';
import lindenfeld from './town/lindenfeld.json';

type TownKind = 'water' | 'park' | 'block' | 'building' | 'rail' | 'street' | 'neighborhood';
/** `rank` of a street: 1 is a main one, 3 a lane. */
export type TownFeature = Feature<
	Polygon | LineString | Point,
	{ kind: TownKind; name?: string; rank?: number }
>;

const town = lindenfeld as unknown as FeatureCollection<
	Polygon | LineString | Point,
	TownFeature['properties']
>;

export const featuresOf = (kind: TownKind): TownFeature[] =>
	town.features.filter(({ properties }) => properties.kind === kind);
export const nameOf = ({ properties }: TownFeature): string => properties.name ?? '';
