// What was measured of follow-ups, as tables for docs/benchmarks.md.
import type { Histogram } from '../histogram.ts';
import { pageRows, pagesHead, requests, type Page } from '../pages.ts';
import { ms, type Section } from '../table.ts';
import { moves, visits, type Screen } from './screen.ts';
import { supportersOfEach } from './seed.ts';

export function pagesSection(pages: Page[]): Section {
	return {
		title: 'Pages of follow-ups',
		text:
			`From the request to the last byte, ${requests} times one after the other. Each follow-up answers a concern that was a question with ${supportersOfEach} ` +
			'supporters, who are counted anew for every page. “Bare” is a process of Express and pg alone on the same rows: one plain select without concerns, ' +
			'supporters or milestones, as a plain list; for the numbers one count by state.',
		head: pagesHead,
		rows: pageRows(pages),
	};
}

export function screenSection(cards: number, screen: Screen, relayed: Histogram): Section {
	const [painted, answers, bare] = [screen.painted, screen.answers, screen.barePainted].map(median);
	const p = (times: Histogram) => [ms(times.quantile(0.5)), ms(times.quantile(0.95))];
	return {
		title: `A board of ${cards} cards in a browser`,
		text:
			`Headless Chromium on this machine, which draws without a graphics processor (1440 × 900); medians of ${visits} visits with an empty cache, from the start ` +
			`of the navigation. Then somebody else moves ${moves} cards, one after the other: from sending the form to the card in the other column of this browser; ` +
			'beside it a bare Socket.IO room that only passes words on, without a browser. Then the board is scrolled by a wheel and a card is dragged across it, while the page notes when each picture is drawn.',
		head: ['what', 'figure', 'p95', 'worst', 'bare', 'bare p95'],
		rows: [
			['first contentful paint', ms(painted!), '', '', ms(bare!), ''],
			['cards can be taken into the hand', ms(answers!), '', '', '', ''],
			['a move seen by another, p50', ...p(screen.seen), ms(screen.seen.quantile(1)), ...p(relayed)],
			['between two pictures while it is scrolled, p50', ...framesOf(screen.scrolling)],
			['between two pictures while a card is dragged, p50', ...framesOf(screen.dragging)],
		],
	};
}

const framesOf = ({ gaps, worst }: Screen['scrolling']) => [
	...[ms(gaps.quantile(0.5)), ms(gaps.quantile(0.95)), ms(worst)],
	...['', ''],
];

/** The middle one of an odd number of figures. */
export const median = (figures: number[]): number =>
	figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!;
