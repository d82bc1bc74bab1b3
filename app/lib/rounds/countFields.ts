// How the fields are called in which staff write what they counted.
import type { CountName } from '#domain/activities.ts';
import { m } from '#lib/paraglide/messages.js';

export const countFields: Record<CountName, () => string> = {
	hours: m.activity_field_hours,
	stops: m.activity_field_stops,
	warnings: m.activity_field_warnings,
	citations: m.activity_field_citations,
	signs: m.activity_field_signs,
	repairs: m.activity_field_repairs,
	people: m.activity_field_people,
};
