// Where people have a meeting's short link from: each paper and each message carries a link of its own, `/m/<code>?from=<source>`.

export const outreachSources = [
	'poster',
	'flyer',
	'school',
	'radio',
	'social',
	'newsletter',
	'website',
] as const;
export type OutreachSource = (typeof outreachSources)[number];

/** The source that an address names; null for one that is not known, which is not counted. */
export const sourceOf = (name: string | null): OutreachSource | null =>
	outreachSources.find((source) => source === name) ?? null;

/** The short link of a meeting, as it is counted. */
export const shortLink = (publicUrl: string, code: string, from?: OutreachSource): string =>
	`${publicUrl}/m/${code}${from ? `?from=${from}` : ''}`;
