// What is promised of the stage: the limits, and whether what was measured holds them.
import { figure, ms } from '../table.ts';
import type { Measured, Side } from './consumers.ts';
import type { Joins } from './joins.ts';
import { carried, growth, isBearable } from './knee.ts';
import type { Latency } from './latency.ts';
import type { Leaves } from './leaves.ts';

/** A line of the table: what, limit, Porchlight, bare, ratio, holds. */
export type Row = [string, string, string, string, string, string];

const limits = {
	joinP50: 1_500,
	joinP95: 3_000,
	latencyP95: 250,
	ratio: 1.1,
	consumers: 500,
	bytesPerJoin: 1_024,
};
/** The crowds for which the price of a viewer is promised. */
const promisedSizes = [50, 100, 200, 400];

const holds = (isHeld: boolean) => (isHeld ? 'yes' : '**no**');

export function joinRows({ asked, opened }: Joins): Row[] {
	const row = (what: string, times: Joins['asked'], share: number, limit: number): Row => {
		const time = times.quantile(share);
		return [
			`${what}, p${share * 100}`,
			`≤ ${figure(limit / 1000, 's')}`,
			ms(time),
			'',
			'',
			holds(time <= limit),
		];
	};
	return [
		row('from asking for the stage to its first picture', asked, 0.5, limits.joinP50),
		row('from asking for the stage to its first picture', asked, 0.95, limits.joinP95),
		row('from opening the hall to the first picture', opened, 0.5, limits.joinP50),
		row('from opening the hall to the first picture', opened, 0.95, limits.joinP95),
	];
}

export function latencyRows({ times }: Latency): Row[] {
	const time = times.quantile(0.95);
	const limit = `≤ ${ms(limits.latencyP95)}`;
	return [
		['from the camera to the other screen, p95', limit, ms(time), '', '', holds(time <= limits.latencyP95)],
	];
}

export function consumerRows({ ours, bare }: Record<Side, Measured[]>): Row[] {
	const rows = promisedSizes.map((size): Row => {
		const [own, other] = [ours, bare].map((steps) => steps.find(({ consumers }) => consumers === size));
		const what = `processor of the media worker per consumer, ${size} consumers`;
		const limit = `≤ ${limits.ratio} × bare`;
		if (!own || !other || !isBearable(own) || !isBearable(other))
			return [what, limit, shareOf(own), shareOf(other), '', '**not measured**: too much for this machine'];
		const ratio = own.core / other.core;
		return [what, limit, shareOf(own), shareOf(other), ratio.toFixed(2), holds(ratio <= limits.ratio)];
	});
	const [most, mostBare] = [carried(ours), carried(bare)];
	return [
		...rows,
		[
			'consumers on one worker with less than 0.1 % lost',
			`≥ ${limits.consumers}`,
			String(most),
			String(mostBare),
			(most / mostBare).toFixed(2),
			holds(most >= limits.consumers),
		],
	];
}

export const shareOf = (step: Measured | undefined) =>
	step ? `${((step.core / step.consumers) * 100).toFixed(3)} %` : '–';

export function leaveRows({ before, after, visitors }: Leaves): Row[] {
	const row = (what: string, limit: string, found: string, isHeld: boolean): Row => [
		what,
		limit,
		found,
		'',
		'',
		holds(isHeld),
	];
	const last = after.at(-1)!;
	// The first to come opens what stays while the meeting lasts, such as the pipe to the other worker.
	const first = after[0]!;
	const left = last.transports - before.transports;
	const ports = last.workerSockets - first.workerSockets;
	const perJoin = (of: 'workerBytes' | 'heapBytes') =>
		growthPerJoin(
			after.map((one) => one[of]),
			visitors,
		);
	const kB = (bytes: number) => figure(bytes / 1024, 'kB');
	const limit = `< ${kB(limits.bytesPerJoin)}`;
	const [workers, heap] = [perJoin('workerBytes'), perJoin('heapBytes')];
	const all = after.length * visitors;
	return [
		row(`transports left by ${all} joins and leaves`, '0', String(left), left === 0),
		row(`ports left by them`, '0', String(ports), ports === 0),
		row('growth of the workers’ memory per join', limit, kB(workers), workers < limits.bytesPerJoin),
		row('growth of the server’s heap per join', limit, kB(heap), heap < limits.bytesPerJoin),
	];
}

/** By the second half of the rounds: what the first ones warm up is no growth. */
const growthPerJoin = (series: number[], visitors: number) =>
	growth(series.slice(Math.floor(series.length / 2))) / visitors;
