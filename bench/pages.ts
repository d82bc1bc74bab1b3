// How long the server takes for a page, from the request to the last byte, one after the other.
import { makeHistogram, type Histogram } from './histogram.ts';
import { figure, ms } from './table.ts';

export const requests = 40;
const warming = 5;

export type Answered = { times: Histogram; bytes: number };

export async function answering(address: string, cookie = ''): Promise<Answered> {
	const times = makeHistogram();
	let bytes = 0;
	for (let n = -warming; n < requests; n++) {
		const began = performance.now();
		const answer = await fetch(address, { headers: { cookie } });
		bytes = (await answer.arrayBuffer()).byteLength;
		if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
		if (n >= 0) times.add(performance.now() - began);
	}
	return { times, bytes };
}

export type Page = { what: string; ours: Answered; bare: Answered };

export const pagesHead = ['page', 'p50', 'p95', 'bare p50', 'bare p95', 'ratio', 'unpacked', 'bare'];

/** A row for each page: ours, the bare one, and how many times as long ours takes. */
export function pageRows(pages: Page[]): string[][] {
	return pages.map(({ what, ours, bare }) => [
		what,
		...[ours, bare].flatMap(({ times }) => [ms(times.quantile(0.5)), ms(times.quantile(0.95))]),
		(ours.times.quantile(0.5) / bare.times.quantile(0.5)).toFixed(2),
		...[ours, bare].map(({ bytes }) => figure(bytes / 1024, 'kB')),
	]);
}
