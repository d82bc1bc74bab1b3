// npm run docs: writes what the documentation says about the code from the code. tests/docs.test.ts fails when it was forgotten.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import * as v from 'valibot';
import { settingsSchema } from '#config';
import { registry } from '#realtime/metrics.ts';
import { permissionsPage } from './permissions.ts';

const docs = path.resolve(import.meta.dirname, '../docs');

/** Every file with generated parts, as it should be. */
export async function generatedDocs(): Promise<Record<string, string>> {
	const file = path.join(docs, 'operations.md');
	const text = filled(readFileSync(file, 'utf8'), {
		settings: settingsTable(),
		metrics: await metricsTable(),
	});
	return {
		'permissions.md': permissionsPage(),
		'operations.md': await format(text, { ...(await resolveConfig(file)), filepath: file }),
	};
}

/** The text with what stands between `<!-- name -->` and `<!-- /name -->` replaced. */
function filled(text: string, parts: Record<string, string>): string {
	for (const [name, part] of Object.entries(parts)) {
		const [before, rest] = text.split(`<!-- ${name} -->`);
		const after = rest?.split(`<!-- /${name} -->`)[1];
		if (after === undefined) throw new Error(`docs/operations.md has no place for ${name}`);
		text = `${before}<!-- ${name} -->\n\n${part}\n\n<!-- /${name} -->${after}`;
	}
	return text;
}

function settingsTable(): string {
	const rows = Object.entries(settingsSchema.entries).map(([name, schema]) => {
		const initial = v.getDefault(schema);
		return [
			`\`${name}\``,
			initial === undefined ? '' : `\`${String(initial)}\``,
			v.getDescription(schema) ?? '',
		];
	});
	return table(['Setting', 'Default', 'What it is'], rows);
}

// The metrics of Node itself are described by prom-client; they begin with porchlight_process_ and porchlight_nodejs_.
async function metricsTable(): Promise<string> {
	const metrics = await registry.getMetricsAsJSON();
	const own = metrics.filter(({ name }) => !/^porchlight_(process|nodejs)_/.test(name));
	return table(
		['Metric', 'Kind', 'What it says'],
		own.map(({ name, type, help }) => [`\`${name}\``, String(type), help]),
	);
}

function table(head: string[], rows: string[][]): string {
	const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

if (process.argv[1] === import.meta.filename)
	for (const [file, text] of Object.entries(await generatedDocs()))
		writeFileSync(path.join(docs, file), text);
