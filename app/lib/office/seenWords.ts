// What has changed of a follow-up or a concern meanwhile, in words.
import type { Topic } from '#domain/concerns.ts';
import type { FollowupState, Priority, Visibility } from '#domain/followups.ts';
import { dayInWords, followupStateWords, priorityWords, topicWords } from '#lib/followups/words.ts';
import { m } from '#lib/paraglide/messages.js';
import { changedSince, plain, type Seen, type SeenName } from './seen.ts';

type Named = { id: string; name: string };
export type Choices = { people: Named[]; units: Named[]; areas?: Named[] };

const labels: Record<SeenName, () => string> = {
	state: m.followup_filter_state,
	title: m.office_field_title,
	description: m.office_field_description,
	unitId: m.office_unit,
	ownerId: m.office_owner,
	dueOn: m.office_field_due,
	areaId: m.office_area,
	topic: m.office_topic,
	priority: m.office_field_priority,
	successMeasure: m.office_field_measure,
	visibility: m.office_field_visibility,
};

const visibilityWords: Record<Visibility, () => string> = {
	public: m.office_visibility_public,
	internal: m.office_visibility_internal,
};

/** A sentence for each thing that stands otherwise now than it was seen: "Owner is now: Dana Reyes". */
export const changesInWords = (seen: Seen, now: Seen, choices: Choices): string[] =>
	changedSince(seen, now).map((name) =>
		m.office_changed_now({ field: labels[name](), value: shown(name, plain(now[name]), choices) }),
	);

function shown(name: SeenName, value: string, { people, units, areas = [] }: Choices): string {
	if (!value) return '–';
	const named = (list: Named[]) => list.find(({ id }) => id === value)?.name ?? value;
	if (name === 'state') return followupStateWords[value as FollowupState]();
	if (name === 'unitId') return named(units);
	if (name === 'ownerId') return named(people);
	if (name === 'areaId') return named(areas);
	if (name === 'dueOn') return dayInWords(value);
	if (name === 'topic') return topicWords[value as Topic]();
	if (name === 'priority') return priorityWords[value as Priority]();
	if (name === 'visibility') return visibilityWords[value as Visibility]();
	return value;
}
