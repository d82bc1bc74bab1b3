// Files that are made on demand: each is made once, told by what stands in it, and kept in this process's memory within bounds.
import { createHash } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';

const mostBytes = 24 * 1024 * 1024;
const mostWaiting = 32;

export type Kept = { etag: string; bytes: Uint8Array };

/** A place for made files. @param limit how many bytes it keeps; what was not asked for longest goes first */
export function keptFiles(limit = mostBytes) {
	const files = new Map<string, Uint8Array>();
	const making = new Map<string, Promise<Uint8Array>>();
	let size = 0;
	// One after the other: drawing takes memory and the server's own time, which are for the hall.
	let last: Promise<unknown> = Promise.resolve();

	function keep(key: string, bytes: Uint8Array): void {
		files.set(key, bytes);
		size += bytes.byteLength;
		for (const [oldest, { byteLength }] of files) {
			if (size <= limit) return;
			files.delete(oldest);
			size -= byteLength;
		}
	}

	return {
		/**
		 * The file with this content: known, being made for somebody else, or made now.
		 * @param content everything that the file is made from
		 * @throws Refusal too-fast when too many are waiting to be made
		 */
		async of(content: unknown, make: () => Promise<Uint8Array>): Promise<Kept> {
			const key = createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);
			const etag = `"${key}"`;
			const known = files.get(key);
			if (known) {
				files.delete(key);
				files.set(key, known);
				return { etag, bytes: known };
			}
			const underWay = making.get(key);
			if (underWay) return { etag, bytes: await underWay };
			if (making.size >= mostWaiting) throw new Refusal('too-fast');
			const made = last.then(make);
			last = made.catch(() => {});
			making.set(key, made);
			try {
				const bytes = await made;
				keep(key, bytes);
				return { etag, bytes };
			} finally {
				making.delete(key);
			}
		},
		/** How much is kept now. */
		count: () => ({ files: files.size, bytes: size }),
	};
}
