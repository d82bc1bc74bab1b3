// docs/benchmarks.md: a part for each command that measures, which writes its own and leaves the others as they are.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

const opening = `# Benchmarks

Each part is written by the command it names; all its figures come from one run, clients and servers on the same machine.`;

/** Writes what a command has found, with the commit and the machine it was found on. */
export async function writePart(command: string, sections: string[]): Promise<void> {
	const file = path.resolve(import.meta.dirname, '../docs/benchmarks.md');
	const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
	const elsewhere = ['status', '--porcelain', '--', ':/', ':!/docs/benchmarks.md'];
	const isChanged = execFileSync('git', elsewhere, { encoding: 'utf8' }).trim() !== '';
	const machine = `${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()} ${os.arch()}, Node ${process.versions.node}`;
	const head = `Written by \`${command}\`. Commit ${commit}${isChanged ? ' with changes' : ''}, ${new Date().toISOString().slice(0, 10)}; ${machine}.`;
	const text = withPart(readFileSync(file, 'utf8'), command, [head, ...sections].join('\n\n'));
	writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

/** The document with one command’s part put in the place of its old one, or at the end. A part begins with a comment that names its command. */
export function withPart(document: string, command: string, text: string): string {
	const [, ...found] = document.split(/^<!-- (npm run \S+) -->$/m);
	const parts = new Map<string, string>();
	for (let n = 0; n < found.length; n += 2) parts.set(found[n]!, found[n + 1]!.trim());
	parts.set(command, text);
	return [opening, ...[...parts].map(([name, part]) => `<!-- ${name} -->\n\n${part}`)].join('\n\n') + '\n';
}
