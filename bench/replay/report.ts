// What was measured of replays, as tables for docs/benchmarks.md.
import type { Histogram } from '../histogram.ts';
import { pageRows, pagesHead, requests, type Page } from '../pages.ts';
import { figure, ms, type Section } from '../table.ts';
import { evening } from './evening.ts';
import { voices } from './log.ts';

export const limitSeconds = 300;
export type Ready = {
	seconds: number;
	/** How long the recording is. */
	ofSeconds: number;
	logBytes: number;
	filmBytes: number;
	/** Copying the same bytes, no more. */
	copySeconds: number;
	/** The start page while the film is made, and when there is nothing to do. */
	meanwhile: Histogram;
	quiet: Histogram;
};

export function readySection(ready: Ready): Section {
	const mb = (bytes: number) => figure(bytes / 2 ** 20, 'MB');
	const pages = ({ quantile }: Histogram) => `${ms(quantile(0.5))} / ${ms(quantile(0.95))}`;
	return {
		title: 'From the end of an evening to its replay',
		text:
			`A recording of ${ready.ofSeconds / 60} minutes (${voices} microphones on all the time, one picture of 600 kbit/s) is over; the server makes its film in a thread beside the hall. ` +
			'Until the film can be watched; beside it the time that copying the bytes of the recording takes. Questions, captions, board and map are there at once: the next table. ' +
			'While the film is made, the start page is asked for ten times a second.',
		head: ['what', 'limit', 'figure', 'holds', 'bare'],
		rows: [
			[
				...['ready after', `≤ ${limitSeconds / 60} min`, figure(ready.seconds, 's')],
				...[ready.seconds <= limitSeconds ? 'yes' : '**no**', figure(ready.copySeconds, 's')],
			],
			['recorded', '', mb(ready.logBytes), '', ''],
			['film', '', mb(ready.filmBytes), '', ''],
			['start page meanwhile, p50 / p95', '', pages(ready.meanwhile), '', pages(ready.quiet)],
		],
	};
}

export function eveningSection(pages: Page[]): Section {
	const count = (number: number) => number.toLocaleString('en-US');
	return {
		title: 'Pages of a replay',
		text:
			`Of an evening of ${evening.questions} questions, ${count(evening.tallies)} announced tallies, ${evening.cards} cards, ${evening.pins} pins and ${count(evening.captions)} captions; ` +
			`from the request to the last byte, ${requests} times one after the other. “Bare” is a process of Express and pg alone: one plain select of the captions, as a plain list.`,
		head: pagesHead,
		rows: pageRows(pages),
	};
}
