// Feeds: Atom (RFC 4287) and RSS 2.0, of whatever has entries.
import type { Config } from '#config';
import { xmlText as xml } from '#domain/formats.ts';
import { getLocale } from '#lib/paraglide/runtime.js';

export type Site = Pick<Config, 'publicUrl' | 'CITY_NAME'>;
/** One entry; `id` stays the same when it changes, which makes it come up again. */
export type FeedEntry = {
	id: string;
	title: string;
	/** A path of ours. */
	path: string;
	updated: Date;
	category: string;
	summary: string;
};
export type Feed = {
	/** Of the page that it is of, such as `/meetings`; the feed's own is `<path>.atom` or `<path>.rss`. */
	path: string;
	title: string;
	subtitle: string;
	entries: FeedEntry[];
};

export function atomFeed({ path, title, subtitle, entries }: Feed, site: Site): string {
	const self = `${site.publicUrl}${path}.atom`;
	const shown = entries.map(
		(entry) => `<entry>
<id>${xml(entry.id)}</id>
<title>${xml(entry.title)}</title>
<link rel="alternate" type="text/html" href="${xml(site.publicUrl + entry.path)}"/>
<updated>${entry.updated.toISOString()}</updated>
<category term="${xml(entry.category)}"/>
<summary>${xml(entry.summary)}</summary>
</entry>`,
	);
	return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${getLocale()}">
<id>${xml(self)}</id>
<title>${xml(title)}</title>
<subtitle>${xml(subtitle)}</subtitle>
<link rel="self" type="application/atom+xml" href="${xml(self)}"/>
<link rel="alternate" type="text/html" href="${xml(site.publicUrl + path)}"/>
<author><name>${xml(site.CITY_NAME)}</name></author>
<updated>${lastChange(entries).toISOString()}</updated>
${shown.join('\n')}
</feed>
`;
}

export function rssFeed({ path, title, subtitle, entries }: Feed, site: Site): string {
	const items = entries.map(
		(entry) => `<item>
<guid isPermaLink="false">${xml(entry.id)}</guid>
<title>${xml(entry.title)}</title>
<link>${xml(site.publicUrl + entry.path)}</link>
<pubDate>${entry.updated.toUTCString()}</pubDate>
<category>${xml(entry.category)}</category>
<description>${xml(entry.summary)}</description>
</item>`,
	);
	return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${xml(title)}</title>
<link>${xml(site.publicUrl + path)}</link>
<description>${xml(subtitle)}</description>
<language>${getLocale()}</language>
<lastBuildDate>${lastChange(entries).toUTCString()}</lastBuildDate>
<atom:link rel="self" type="application/rss+xml" href="${xml(`${site.publicUrl}${path}.rss`)}"/>
${items.join('\n')}
</channel>
</rss>
`;
}

/** Feeds must say when; an empty one says the beginning of time. */
function lastChange(entries: FeedEntry[]): Date {
	return new Date(Math.max(0, ...entries.map(({ updated }) => updated.getTime())));
}
