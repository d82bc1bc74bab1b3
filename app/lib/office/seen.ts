// What a form of a follow-up had before it: sent along, so that whoever was overtaken is shown what has changed since.
import type { DeskFollowup } from '#domain/followups.ts';

/** What is compared, in the order it is told. */
export const seenNames = [
	...(['state', 'title', 'description', 'unitId', 'ownerId', 'dueOn', 'areaId'] as const),
	...(['topic', 'priority', 'successMeasure', 'visibility'] as const),
];
export type SeenName = (typeof seenNames)[number];
export type Seen = Partial<Record<SeenName, string | null>>;

/** As a follow-up stands, every field as its form sends it. */
export function standing(followup: DeskFollowup): Record<SeenName, string> {
	const all: Seen = { ...followup, ownerId: followup.owner?.id ?? null };
	return Object.fromEntries(seenNames.map((name) => [name, all[name] ?? ''])) as Record<SeenName, string>;
}

/** A text as it is compared: browsers send other ends of lines than they were given. */
export const plain = (text: string | null | undefined): string =>
	(text ?? '').replaceAll('\r\n', '\n').trim();

/** What a form had before it, of what it has sent (`was-…`); nothing of what it did not send. */
export function seenIn(values: Record<string, string>): Seen {
	const sent = seenNames.filter((name) => `was-${name}` in values);
	return Object.fromEntries(sent.map((name) => [name, values[`was-${name}`]]));
}

/** Whether a field of a form that was sent says something else than it was filled with. */
export const isTouched = (values: Record<string, string>, name: SeenName): boolean =>
	plain(values[name]) !== plain(values[`was-${name}`]);

/** Names of what stands otherwise now; of what was not seen nothing. */
export const changedSince = (seen: Seen, now: Seen): SeenName[] =>
	seenNames.filter((name) => name in seen && plain(seen[name]) !== plain(now[name]));
