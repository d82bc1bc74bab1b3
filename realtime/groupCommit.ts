// What comes in one by one is committed in groups: while one group is being written the next one gathers. Groups grow with the load, and
// nobody waits for a timer.
import { isRefusal, Refusal, type RefusalCode } from '#domain/errors.ts';

export type GroupCommit<One> = {
	/** Resolves when it is committed. @throws Refusal, or what `commit` throws */
	add(one: One): Promise<void>;
	/** Resolves when nothing is waiting. */
	settled(): Promise<void>;
};

/**
 * @param commit writes a group in one transaction and says for each, in order, why it was refused; null where it was not. Where it throws,
 * the whole group is refused with that
 * @param then what follows a group that was committed, before its members are told
 */
export function groupCommit<One>(
	commit: (group: One[]) => Promise<(RefusalCode | null)[]>,
	then: (group: One[], refused: (RefusalCode | null)[]) => void = () => {},
	largest = 500,
): GroupCommit<One> {
	type Waiting = { one: One; resolve: () => void; reject: (error: unknown) => void };
	let waiting: Waiting[] = [];
	let flushing: Promise<void> | undefined;

	async function flush(): Promise<void> {
		while (waiting.length > 0) {
			const group = waiting.slice(0, largest);
			waiting = waiting.slice(largest);
			try {
				const all = group.map(({ one }) => one);
				const refused = await commit(all);
				then(all, refused);
				group.forEach(({ resolve, reject }, i) => {
					const code = refused[i];
					if (code) reject(new Refusal(code));
					else resolve();
				});
			} catch (error) {
				for (const { reject } of group) reject(error);
				if (isRefusal(error) && error.code === 'database-away') refuseAll(error);
			}
		}
		// Here and not in a `finally` of the caller: one that comes in the moment between would wait for the next one.
		flushing = undefined;
	}

	/** Who waits behind a group that found no database would only wait as long for the same answer. */
	function refuseAll(error: Refusal): void {
		const all = waiting;
		waiting = [];
		for (const { reject } of all) reject(error);
	}

	return {
		add: (one) =>
			new Promise((resolve, reject) => {
				waiting.push({ one, resolve, reject });
				flushing ??= flush();
			}),
		settled: async () => {
			await flushing;
		},
	};
}
