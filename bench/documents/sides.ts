// Who serves a document while it is measured: Porchlight, or one of the baselines of bare.ts, each a process of its own.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { documentName, type DocumentPlace } from '#domain/documents.ts';
import { inspect, inspected } from '../inspector.ts';
import type { Place } from '../place.ts';
import { openDocumentLine, type Address } from './line.ts';

export const sides = ['porchlight', 'bare', 'hocuspocus', 'stored'] as const;
export type SideName = (typeof sides)[number];
/** As the tables call them. */
export const sideNames: Record<SideName, string> = {
	porchlight: '**Porchlight**',
	bare: 'bare y-protocols',
	hocuspocus: 'Hocuspocus',
	stored: 'Hocuspocus, stored',
};

export type Side = { address: Address; pid: number; memoryUsed(): Promise<number>; stop(): Promise<void> };

/** @param first what is in the document before; Porchlight reads it from its log, the others are told it */
export async function startSide(
	name: SideName,
	place: Place,
	document: DocumentPlace,
	first: Uint8Array,
): Promise<Side> {
	const at = `/documents/${documentName(document)}`;
	if (name === 'porchlight') {
		const server = await place.serve(inspected);
		const address = { url: server.url.replace('http', 'ws') + at, origin: server.url, spokenName: null };
		return {
			address,
			pid: server.child.pid!,
			memoryUsed: () => memoryOf(server.output()),
			async stop() {
				await server.stop();
				// Warnings: what went wrong while it was measured.
				for (const line of server.output().split('\n')) if (line.includes('"level":')) console.log(line);
			},
		};
	}
	const { url, pid, memoryUsed, stop } = await startBaseline(name, place);
	const spokenName = name === 'bare' ? null : documentName(document);
	const address = { url: url.replace('http', 'ws') + (name === 'bare' ? at : '/'), origin: url, spokenName };
	const line = await openDocumentLine(address, '', { change() {} });
	line.change(first);
	// In its order: whoever is answered after it is answered with it in.
	await hasAll(address, first.length);
	// It stays: Hocuspocus forgets a document that nobody has open.
	return {
		address,
		pid,
		memoryUsed,
		async stop() {
			line.leave();
			await stop();
		},
	};
}

/** While it is not asked nobody listens to the process. */
async function memoryOf(output: string): Promise<number> {
	const inspector = await inspect(output);
	const bytes = await inspector.memoryUsed();
	inspector.close();
	return bytes;
}

async function hasAll(address: Address, bytes: number): Promise<void> {
	for (let got = 0; got < bytes / 2;) {
		const line = await openDocumentLine(address, '', { change: (update) => (got = update.length) });
		line.leave();
	}
}

async function startBaseline(name: SideName, { databaseUrl }: Place) {
	const child = spawn(process.execPath, [path.join(import.meta.dirname, 'bare.ts'), name], {
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		env: { ...process.env, ...inspected, BARE_DATABASE_URL: databaseUrl },
	});
	let said = '';
	child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
	const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const url = await new Promise<string>((resolve, reject) => {
		child.stdout?.on('data', (chunk: Buffer) => {
			const address = /listening on (\S+)/.exec(chunk.toString())?.[1];
			if (address) resolve(address);
		});
		child.once('exit', () => reject(new Error(`The baseline ${name} did not start:\n${said}`)));
	});
	return {
		url,
		pid: child.pid!,
		memoryUsed: () => memoryOf(said),
		stop: async () => {
			child.kill();
			await gone;
		},
	};
}
