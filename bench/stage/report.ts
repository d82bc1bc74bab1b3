// What was measured of the stage, as tables for docs/benchmarks.md.
import { figure, ms, type Section } from '../table.ts';
import type { Measured, Side } from './consumers.ts';
import type { Joins } from './joins.ts';
import { kneeOf } from './knee.ts';
import type { Latency } from './latency.ts';
import type { Leaves } from './leaves.ts';
import { shareOf, type Row } from './promises.ts';

const percent = (share: number) => figure(share * 100, '%');

export function promises(rows: Row[]): Section {
	return {
		title: 'The stage beside what is promised of it',
		text:
			'“Bare” is a mediasoup router in a process of its own without any of Porchlight’s code, fed with the same stream in the same run. ' +
			'Opening the hall is the start of the navigation, with an empty cache.',
		head: ['what', 'limit', 'Porchlight', 'bare', 'ratio', 'holds'],
		rows,
	};
}

export function consumerSection(measured: Record<Side, Measured[]>): Section {
	const rows = measured.ours.flatMap((own, n) => [
		cells('**Porchlight**', own),
		cells('bare router', measured.bare[n]!),
	]);
	const knees = (['ours', 'bare'] as const).map((side) => {
		const knee = kneeOf(measured[side]);
		const name = side === 'ours' ? 'Porchlight' : 'the bare router';
		return knee
			? `for ${name} the knee is at ${knee.consumers}`
			: `${name} has none up to ${measured[side].at(-1)?.consumers}`;
	});
	const waited = Math.max(...[...measured.ours, ...measured.bare].map((step) => step.waited));
	return {
		title: 'What a viewer of the stage costs',
		text:
			'One VP8 stream of 600 kbit/s to growing crowds through one media worker. A viewer is a line to the server (the hall’s own commands; on the ' +
			'bare router the like), ICE, DTLS and a UDP socket of its own, which counts the packets of the stream and decrypts none. It sends no reports, ' +
			'so the worker has no estimate of its line, and sends all the same: the column “each got” is what came to a viewer’s socket. The two are ' +
			'fed in turns, twice 10 s each per crowd; shares are of one core. “Waited” is how long the worker was ready to run and had none: near nothing ' +
			`on a quiet machine${waited > 0.05 ? '; **this one was not**, and packets are lost by it too' : ''}. The knee is the first crowd with 0.1 % lost or a full core: ${knees.join('; ')}.`,
		head: [
			'viewers',
			'through',
			'worker',
			'per viewer',
			'waited',
			'server’s Node',
			'the viewers themselves',
			'each got',
			'lost',
		],
		rows,
	};
}

function cells(name: string, step: Measured): string[] {
	const { consumers, core, waited, node, viewers, kbps, lost } = step;
	const shares = [waited, node, viewers].map(percent);
	return [
		String(consumers),
		name,
		percent(core),
		shareOf(step),
		...shares,
		figure(kbps, 'kbit/s'),
		percent(lost),
	];
}

export function screenSection(
	{ asked, opened }: Joins,
	{ times, perSecond, unreadable, height }: Latency,
): Section {
	const row = (what: string, of: Joins['asked']) => [
		what,
		...[0.5, 0.95].map((share) => ms(of.quantile(share))),
		String(of.count()),
	];
	return {
		title: 'From the stage to a screen',
		text:
			'Real pages in headless Chromium on the same machine, sender and watcher. Joins: a moderator’s camera is Chromium’s made-up one; each join is a ' +
			'browser of its own that opens the live hall; the first picture is the first that requestVideoFrameCallback tells of. Latency: the ' +
			'sender’s camera is a canvas on which the time is drawn in black and white fields, the watcher’s page reads them from each picture as it is shown ' +
			`(${height} lines, ${figure(perSecond, 'a second')}, ${unreadable} unreadable).`,
		head: ['what', 'p50', 'p95', 'times'],
		rows: [
			row('from asking for the stage to its first picture', asked),
			row('from opening the hall to the first picture', opened),
			row('from the camera to the other screen', times),
		],
	};
}

export function leaveSection({ before, during, after, visitors }: Leaves): Section {
	const MB = (bytes: number) => figure(bytes / 1024 / 1024, 'MB');
	const row = (name: string, left: Leaves['before']) => [
		name,
		String(left.transports),
		String(left.consumers),
		String(left.lines),
		String(left.workerSockets),
		MB(left.workerBytes),
		MB(left.heapBytes),
		MB(left.nodeBytes),
	];
	return {
		title: 'What those who leave the stage leave behind',
		text:
			`${visitors} light viewers come, receive and go, ${after.length} times; one speaker stays, with one transport and one line. Memory is what the ` +
			'processes hold (RSS); V8’s heap is read after its rubbish was cleared away. Growth per join is the slope over the second half of the rounds.',
		head: ['after', 'transports', 'consumers', 'lines', 'workers’ sockets', 'workers', 'heap', 'server'],
		rows: [
			row('nobody yet', before),
			...after.map((left, n) => row(`${(n + 1) * visitors} joins`, left)),
			row(`while ${visitors} are there`, during),
		],
	};
}
