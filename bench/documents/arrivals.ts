// When each change has reached whom: it is known again by the Yjs clock it was written under.
import { setTimeout as wait } from 'node:timers/promises';
import * as Y from 'yjs';
import { makeHistogram, type Histogram } from '../histogram.ts';

type Change = { from: Listener; at: number; isMeasured: boolean; arrived: number };

type Listener = (update: Uint8Array, isAll: boolean) => void;

export type Arrivals = {
	toWriters: Histogram;
	toWatchers: Histogram;
	/** Somebody has changed something. @param from what they do with what they hear */
	sent(update: Uint8Array, from: Listener): void;
	/** What somebody does with what they hear. */
	listener(who: 'writer' | 'watcher' | 'untimed'): Listener;
	/** Changes sent from now on are measured. */
	measureFromNow(): void;
	/** Waits until everything has reached `each`. @returns how often something is missing somewhere after so long */
	lostAfter(ms: number, each: number): Promise<number>;
};

export function makeArrivals(): Arrivals {
	const changes = new Map<string, Change>();
	/** The same bytes come to hundreds: they are read once. */
	let read = new Map<string, Change[]>();
	let isMeasured = false;
	const [toWriters, toWatchers] = [makeHistogram(), makeHistogram()];

	function changesIn(update: Uint8Array): Change[] {
		const bytes = Buffer.from(update.buffer, update.byteOffset, update.length).toString('latin1');
		const known = read.get(bytes);
		if (known) return known;
		const found: Change[] = [];
		for (const { id, length } of Y.decodeUpdate(update).structs)
			for (let clock = id.clock; clock < id.clock + length; clock++) {
				const change = changes.get(`${id.client}:${clock}`);
				if (change) found.push(change);
			}
		if (read.size > 2_000) read = new Map();
		read.set(bytes, found);
		return found;
	}

	const missing = (each: number) =>
		[...changes.values()].reduce((sum, { arrived }) => sum + each - arrived, 0);

	return {
		toWriters,
		toWatchers,
		sent(update, from) {
			const { client, clock } = Y.decodeUpdate(update).structs[0]!.id;
			changes.set(`${client}:${clock}`, { from, at: performance.now(), isMeasured, arrived: 0 });
		},
		listener(who) {
			const times = { writer: toWriters, watcher: toWatchers, untimed: null }[who];
			const listener: Listener = (update, isAll) => {
				if (isAll) return;
				const now = performance.now();
				for (const change of changesIn(update)) {
					// Hocuspocus tells everybody their own, too.
					if (change.from === listener) continue;
					change.arrived++;
					if (change.isMeasured) times?.add(now - change.at);
				}
			};
			return listener;
		},
		measureFromNow: () => void (isMeasured = true),
		async lostAfter(ms, each) {
			for (const until = performance.now() + ms; performance.now() < until && missing(each) > 0;)
				await wait(20);
			return missing(each);
		},
	};
}
