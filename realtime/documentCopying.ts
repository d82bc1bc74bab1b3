// When shared documents are copied into their rows: after a second of quiet, at the latest after ten, and when the last has left.
import type { Database } from '#db/client.ts';
import { copyIntoRows } from '#db/documentCopies.ts';
import type { Logger } from '#db/log.ts';
import type { SharedDocument } from './sharedDocument.ts';

const quietMs = 1_000;
const longestMs = 10_000;

type Copied = Pick<SharedDocument, 'place' | 'name' | 'doc' | 'takeTouched' | 'giveBack' | 'reaches'>;

export type Copying = {
	/** Something was written, or may have been by a process that is no more. */
	changed(document: Copied): void;
	/** Copies what is still to be copied of a document. */
	finish(document: Copied): Promise<void>;
	/** Copies all that is still to be copied. */
	close(): Promise<void>;
};

export function makeCopying(db: Database, log: Logger): Copying {
	const due = new Map<string, { document: Copied; since: number; timer: NodeJS.Timeout }>();
	const running = new Map<string, Promise<void>>();
	/** Told of already: entries that are not in form stay so. */
	const told = new Set<string>();

	async function copy(document: Copied): Promise<void> {
		const { name } = document;
		clearTimeout(due.get(name)?.timer);
		if (!due.delete(name)) return running.get(name);
		// One at a time: of two, the one that read first could write last.
		const copied = (running.get(name) ?? Promise.resolve()).then(() => copyOnce(document));
		running.set(name, copied);
		await copied;
		if (running.get(name) === copied) running.delete(name);
	}

	async function copyOnce(document: Copied): Promise<void> {
		const { place, name, doc, reaches } = document;
		const touched = document.takeTouched();
		try {
			const live = touched ? { doc, ...touched, reaches } : undefined;
			const copied = await copyIntoRows(db, place, live);
			if (!copied.isComplete) document.giveBack(touched);
			const unreadable = copied.unreadable.filter((key) => !told.has(`${name} ${key}`));
			for (const key of unreadable) told.add(`${name} ${key}`);
			if (unreadable.length > 0)
				log.warn(
					{ document: name, count: unreadable.length },
					'entries that are not in form were not copied',
				);
		} catch (error) {
			document.giveBack(touched);
			// The rows are behind, nothing is lost: they are copied with the next change, or when it is opened again.
			log.warn({ err: error, document: name }, 'a shared document was not copied into its rows');
		}
	}

	return {
		changed(document) {
			const { name } = document;
			const before = due.get(name);
			clearTimeout(before?.timer);
			const since = before?.since ?? Date.now();
			const wait = Math.max(0, Math.min(quietMs, since + longestMs - Date.now()));
			due.set(name, { document, since, timer: setTimeout(() => void copy(document), wait) });
		},
		finish: copy,
		async close() {
			await Promise.all([...due.values()].map(({ document }) => copy(document)));
			await Promise.all(running.values());
		},
	};
}
