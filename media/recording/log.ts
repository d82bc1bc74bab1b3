// A recording while it is made: packets as they arrive, one after the other in a file that only grows. Whatever ends the process,
// what was written can be read; webm.ts makes the film of it afterwards.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

/** What a record holds: a packet of a voice or of the picture (RTP), or the word that there is no picture from here on. */
export type LogKind = 'voice' | 'picture' | 'no-picture';
/** `source` is another one for each producer; `ms` since the recording began. */
export type LogRecord = { kind: LogKind; source: number; ms: number; packet: Buffer };

export type LogWriter = {
	write(record: LogRecord): void;
	/** Writes what is kept back; later records are lost. @throws when the disk does not take it */
	close(): Promise<void>;
};

const kinds: readonly LogKind[] = ['voice', 'picture', 'no-picture'];
/** Length of what follows, kind, source, milliseconds. */
const headBytes = 4 + 1 + 2 + 4;
/** An RTP packet fits into one datagram. */
const mostBytes = 65_535;
const writeEveryMs = 1_000;

/**
 * Begins a log. What is written is on its way to the disk within a second.
 * @param onfailed told once when the disk takes no more
 */
export async function writeLog(file: string, onfailed: (error: unknown) => void): Promise<LogWriter> {
	const handle = await open(file, 'wx', 0o600);
	let kept: Buffer[] = [];
	let writing: Promise<void> = Promise.resolve();
	let hasFailed = false;
	const timer = setInterval(flush, writeEveryMs);

	function flush(): void {
		if (hasFailed) return;
		const bytes = Buffer.concat(kept);
		kept = [];
		writing = writing
			// Touched when there is nothing to write, too: so others see that its recorder lives.
			.then(() => (bytes.length ? handle.appendFile(bytes) : handle.utimes(new Date(), new Date())))
			.catch((error: unknown) => {
				if (!hasFailed) onfailed(error);
				hasFailed = true;
			});
	}

	return {
		write({ kind, source, ms, packet }) {
			const head = Buffer.allocUnsafe(headBytes);
			head.writeUInt32BE(packet.length, 0);
			head.writeUInt8(kinds.indexOf(kind), 4);
			head.writeUInt16BE(source, 5);
			head.writeUInt32BE(ms, 7);
			kept.push(head, packet);
		},
		async close() {
			clearInterval(timer);
			flush();
			await writing;
			await handle.close();
		},
	};
}

/** Reads a log from its beginning, up to the last record that is whole. */
export async function* readLog(file: string): AsyncGenerator<LogRecord> {
	let rest = Buffer.alloc(0);
	for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
		rest = Buffer.concat([rest, chunk as Buffer]);
		let at = 0;
		while (rest.length - at >= headBytes) {
			const length = rest.readUInt32BE(at);
			const kind = kinds[rest.readUInt8(at + 4)];
			// Not one of ours, or damaged: what comes after it cannot be found.
			if (length > mostBytes || !kind) return;
			const end = at + headBytes + length;
			if (rest.length < end) break;
			const [source, ms] = [rest.readUInt16BE(at + 5), rest.readUInt32BE(at + 7)];
			yield { kind, source, ms, packet: rest.subarray(at + headBytes, end) };
			at = end;
		}
		rest = rest.subarray(at);
	}
}
