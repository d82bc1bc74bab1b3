// What was measured of shared documents, as tables for docs/benchmarks.md.
import type { Histogram } from '../histogram.ts';
import { figure, ms, type Section } from '../table.ts';
import { openings, pinsToLoad, type Load } from './load.ts';
import { pinsOnScreen, visits, type Screen } from './map.ts';
import {
	announcedPerSecond,
	changesPerSecond,
	crowd,
	seconds,
	timedEvery,
	type Propagation,
} from './propagation.ts';
import { sideNames, type SideName } from './sides.ts';
import { cards, editors } from './work.ts';

export type DocumentName = 'board' | 'map';
export type Measured = Partial<Record<DocumentName, Record<SideName, Propagation>>>;
type Row = [what: string, limit: string, ours: string, bare: string, ratio: string, holds: string];

const p95LimitMs = 40;
const documentNames: Record<DocumentName, string> = {
	board: `board of ${cards} cards`,
	map: `map of ${pinsToLoad.toLocaleString('en-US')} pins`,
};
const documents: DocumentName[] = ['board', 'map'];
const quantiles = (times: Histogram) => [0.5, 0.95, 0.99].map((share) => ms(times.quantile(share)));

export function promises(measured: Measured): Section {
	const rows = documents.flatMap((name): Row[] => {
		if (!measured[name]) return [];
		const { porchlight, bare } = measured[name];
		const time = (whom: 'toWriters' | 'toWatchers', to: string): Row => {
			const [ours, other] = [porchlight, bare].map((one) => one[whom].quantile(0.95)) as [number, number];
			return [
				`${name}: from a change to all ${to}, p95`,
				`≤ ${ms(p95LimitMs)}`,
				ms(ours),
				ms(other),
				(ours / other).toFixed(2),
				holds(ours <= p95LimitMs),
			];
		};
		const isWhole = porchlight.lost === 0 && porchlight.ended === 0 && porchlight.isEqual;
		return [
			time('toWriters', 'other writers'),
			time('toWatchers', 'watchers'),
			[
				`${name}: changes missing anywhere`,
				'0',
				String(porchlight.lost),
				String(bare.lost),
				'',
				holds(isWhole),
			],
		];
	});
	return {
		title: 'Shared documents beside what is promised of them',
		text:
			'“Bare” is a document on y-protocols and ws alone, in a process of its own, without any of Porchlight’s code: it asks nobody who they are, tries ' +
			'nothing and keeps nothing.',
		head: ['what', 'limit', 'Porchlight', 'bare', 'ratio', 'holds'],
		rows,
	};
}

const holds = (isHeld: boolean) => (isHeld ? 'yes' : '**no**');

export function propagationSection(measured: Measured): Section {
	const rows = documents.flatMap((name) =>
		Object.entries(measured[name] ?? {}).map(([side, one]) => [
			documentNames[name],
			sideNames[side as SideName],
			...quantiles(one.toWriters),
			...quantiles(one.toWatchers),
			figure(one.core * 100, '%'),
			`${figure((one.core / (crowd.writers + crowd.watchers)) * 100, '%')}`,
			figure(one.bytesPerLine / 1024, 'kB'),
			one.ended || !one.isEqual ? `${one.lost}, **not equal**` : String(one.lost),
		]),
	);
	return {
		title: 'From a change to every other screen',
		text:
			`${crowd.writers} people change a document ${changesPerSecond} times a second in all, for ${seconds} s (cards or pins are moved, letters and notes are written); ` +
			`${editors} of them are moderators and show ${announcedPerSecond} times a second each where they are; ${crowd.watchers} watch. All are lines of one process beside the ` +
			`server’s; of ${timedEvery} watchers one is timed and reads at once, the others read once a second, so that the crowd does not take the server’s core. ` +
			'Porchlight asks the rows for each change who may make it, tries it, and has it on the disk before anybody is told; the bare endpoint and Hocuspocus (which gathers changes for some milliseconds) keep nothing, ' +
			'“stored” has Hocuspocus’s database extension write the whole document to the same PostgreSQL, seconds later, with its own settings. Shares are of one ' +
			'core, the server’s process alone; memory is what V8 holds for each line, in its heap and outside, once its rubbish is cleared away. “Missing” counts changes that have not ' +
			'reached somebody by the end.',
		head: [
			'document',
			'server',
			'to writers p50',
			'p95',
			'p99',
			'to watchers p50',
			'p95',
			'p99',
			'processor',
			'per line',
			'memory per line',
			'missing',
		],
		rows,
	};
}

export function loadSection(loads: Record<SideName, Load>): Section {
	const rows = Object.entries(loads).map(([side, load]) => [
		sideNames[side as SideName],
		figure(load.bytes / 1024, 'kB'),
		ms(load.first),
		ms(load.later.quantile(0.5)),
		ms(load.later.quantile(0.95)),
		ms(load.applied.quantile(0.5)),
		ms(load.read.quantile(0.5)),
	]);
	return {
		title: `Opening a map of ${pinsToLoad.toLocaleString('en-US')} pins`,
		text:
			`From opening the line to the last byte of the document; the first to come wakes it from the log (the baselines have it in memory), then ${openings} more, one ` +
			'after the other. Then the same process makes a Yjs document of it and reads the pins.',
		head: ['server', 'as sent', 'first', 'later p50', 'p95', 'applied', 'read'],
		rows,
	};
}

export function screenSection({ firstPins, frames, perSecond }: Screen): Section {
	const median = firstPins.toSorted((a, b) => a - b)[Math.floor(visits / 2)]!;
	return {
		title: `${pinsOnScreen.toLocaleString('en-US')} pins in a browser`,
		text:
			`The page of a round in headless Chromium on this machine, which draws without a graphics processor (1440 × 900; ${visits} visits with an empty cache); median of the time from ` +
			'the first contentful paint to the first pin or cluster on the map. Then the map is dragged to and fro, and the page counts its pictures.',
		head: ['what', 'limit', 'figure', 'holds'],
		rows: [
			['first pins after the page is there', '≤ 1 s', ms(median), holds(median <= 1_000)],
			[
				'pictures a second while it is dragged',
				'≥ 50',
				figure(perSecond, 'a second'),
				holds(perSecond >= 50),
			],
			['between two pictures, p95', '', ms(frames.quantile(0.95)), ''],
		],
	};
}
