// The file of a backup: gzipped lines of JSON, readable with zcat. First what it is, then each table's name followed by its rows,
// at the end the number of rows and a SHA-256 of all lines before.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip, createGzip } from 'node:zlib';
import * as v from 'valibot';

const head = v.object({
	backup: v.literal('porchlight'),
	format: v.literal(1),
	/** Version of the Porchlight that made it. */
	version: v.string(),
	/** When the data was as it is here. */
	at: v.string(),
	/** The migrations of its database. */
	schema: v.array(v.string()),
	/** Where numbering goes on. */
	sequences: v.array(v.object({ name: v.string(), last: v.string(), isCalled: v.boolean() })),
});
const tableLine = v.object({ table: v.string(), columns: v.array(v.string()) });
const row = v.array(v.nullable(v.string()));
const foot = v.object({ rows: v.number(), sha256: v.string() });

export type BackupHead = v.InferOutput<typeof head>;
export type BackupTable = v.InferOutput<typeof tableLine>;
/** A row's values as PostgreSQL writes them. */
export type BackupRow = v.InferOutput<typeof row>;
export type BackupPart = BackupHead | BackupTable | BackupRow;

/**
 * Writes a backup file; it gets its name when it is complete, and only its owner may read it.
 * @param parts in groups, so that no line costs a turn of the loop
 * @throws Error when there is such a file already
 */
export async function writeBackupFile(file: string, parts: AsyncIterable<BackupPart[]>): Promise<void> {
	if (await stat(file).catch(() => null))
		throw new Error(`${file} exists already: choose another name, or remove it first.`);
	const half = `${file}.part`;
	try {
		const output = createWriteStream(half, { mode: 0o600 });
		await pipeline(Readable.from(linesOf(parts)), createGzip(), output);
		await reachDisk(half);
		await rename(half, file);
	} catch (error) {
		await rm(half, { force: true });
		throw error;
	}
}

async function* linesOf(parts: AsyncIterable<BackupPart[]>): AsyncGenerator<string> {
	const hash = createHash('sha256');
	let rows = 0;
	for await (const group of parts) {
		const text = group.map((part) => `${JSON.stringify(part)}\n`).join('');
		rows += group.filter(Array.isArray).length;
		hash.update(text);
		yield text;
	}
	yield `${JSON.stringify({ rows, sha256: hash.digest('hex') })}\n`;
}

async function reachDisk(file: string) {
	const handle = await open(file, 'r+');
	await handle.sync();
	await handle.close();
}

/** Reads a whole backup and resolves to its head and number of rows. @throws Error when it is damaged or incomplete */
export async function checkBackupFile(file: string): Promise<{ head: BackupHead; rows: number }> {
	let first: BackupHead | undefined;
	let rows = 0;
	for await (const part of readBackupFile(file)) {
		if (Array.isArray(part)) rows++;
		else if ('backup' in part) first = part;
	}
	return { head: first!, rows };
}

/** The parts of a backup in their order. @throws Error when it is damaged or incomplete, at its end at the latest */
export async function* readBackupFile(file: string): AsyncGenerator<BackupPart> {
	const hash = createHash('sha256');
	let rows = 0;
	let isFirst = true;
	let end: v.InferOutput<typeof foot> | undefined;
	for await (const line of textLines(file)) {
		if (end) throw damaged(file);
		const part = parsed(line, file);
		if (isFirst !== v.is(head, part)) throw isFirst ? notOurs(file) : damaged(file);
		isFirst = false;
		if (v.is(foot, part)) {
			end = part;
			continue;
		}
		hash.update(`${line}\n`);
		if (Array.isArray(part)) rows++;
		yield part as BackupPart;
	}
	if (!end || end.rows !== rows || end.sha256 !== hash.digest('hex')) throw damaged(file);
}

// Not node:readline: that one also splits at U+2028, which people may write.
async function* textLines(file: string): AsyncGenerator<string> {
	const decoder = new StringDecoder('utf8');
	const source = createReadStream(file);
	const unpacked = createGunzip();
	// A failure of the file is one of the stream that is read here.
	source.on('error', (error) => unpacked.destroy(error));
	source.pipe(unpacked);
	let rest = '';
	try {
		for await (const chunk of unpacked) {
			const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
			rest = lines.pop() ?? '';
			yield* lines;
		}
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') throw new Error(`There is no file ${file}.`);
		if (message === 'incorrect header check') throw notOurs(file);
		if (code?.startsWith('Z_')) throw damaged(file);
		throw error;
	} finally {
		source.destroy();
	}
	if (rest !== '') throw damaged(file);
}

function parsed(line: string, file: string): unknown {
	try {
		const part: unknown = JSON.parse(line);
		if (v.is(v.union([row, tableLine, foot, head]), part)) return part;
	} catch {
		// no JSON at all
	}
	throw damaged(file);
}

const notOurs = (file: string) => new Error(`${file} is not a backup of Porchlight.`);
const damaged = (file: string) =>
	new Error(`${file} is damaged or incomplete: nothing can be restored from it. Take another backup.`);
