// Areas of the city.
import { jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { Polygon } from '../../domain/places.ts';

/** Neighbourhoods, beats, districts. */
export const areas = pgTable('areas', {
	id: uuid().primaryKey().defaultRandom(),
	name: text().notNull().unique(),
	shape: jsonb().$type<Polygon>().notNull(),
});
