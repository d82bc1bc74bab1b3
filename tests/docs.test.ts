// The documentation says what the code says: generated parts are fresh, and what is named exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { settingsSchema } from '#config';
import * as v from 'valibot';
import { generatedDocs } from '../scripts/docs.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const pages = [
	'README.md',
	...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.md'))
		.map((file) => `docs/${file.replaceAll(path.sep, '/')}`),
];

test('what is generated is as the code has it (npm run docs)', async () => {
	for (const [file, text] of Object.entries(await generatedDocs()))
		expect(read(`docs/${file}`), file).toBe(text);
});

test('every setting has a sentence', () => {
	for (const [name, schema] of Object.entries(settingsSchema.entries))
		expect(v.getDescription(schema), name).toMatch(/^.+[.]$/);
});

describe.each(pages)('%s', (page) => {
	test('its links lead to files', () => {
		const links = [...read(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#]+)(#[^)]*)?\)/g)].map(
			(match) => match[1]!,
		);
		const missing = links.filter((link) => !existsSync(path.join(root, path.dirname(page), link)));
		expect(missing).toEqual([]);
	});

	test('the commands it names exist', () => {
		const { scripts } = JSON.parse(read('package.json'));
		const named = [...read(page).matchAll(/\bnpm run ([a-z:]+)/g)].map((match) => match[1]!);
		expect(named.filter((name) => !(name in scripts))).toEqual([]);
	});
});
