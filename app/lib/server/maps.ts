// What stands around a map on every page that shows one.
import { readAreas } from '#db/areas.ts';
import { claimOf } from '#db/claims.ts';
import type { Database } from '#db/client.ts';
import { baseMapOf, type BaseMap } from '#domain/baseMap.ts';
import type { MapView } from '#domain/mapView.ts';
import { shared } from '#lib/server/database.ts';
import { getLocale } from '#lib/paraglide/runtime.js';

/** The ground, the areas to filter by, and the words with which the viewer's own pins are found again. */
export async function aroundMap(
	db: Database,
	view: MapView,
): Promise<{ base: BaseMap; areas: string[]; claims: Record<string, string> }> {
	return {
		base: baseMapOf(shared().config),
		areas: (await readAreas(db)).map(({ name }) => name),
		claims: Object.fromEntries(view.own.map(({ id }) => [id, claimOf(`pin:${id}`, getLocale())])),
	};
}
