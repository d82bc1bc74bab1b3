// The house keeps its arrows: which folder may import from which. docs/tour.md shows them as a picture.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const files = execFileSync(
	'git',
	['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.svelte', '*.js', '*.mjs'],
	{
		cwd: root,
		encoding: 'utf8',
	},
)
	.split('\n')
	.filter(Boolean);

type Room = 'domain' | 'db' | 'media' | 'realtime' | 'app browser' | 'app server';
const mayImport: Record<Room, (Room | 'config')[]> = {
	domain: [],
	db: ['domain', 'config'],
	media: ['domain', 'config'],
	realtime: ['db', 'media', 'domain', 'config'],
	'app browser': ['domain'],
	'app server': ['db', 'domain', 'config', 'app browser'],
};

function roomOf(file: string): Room | 'config' | undefined {
	if (file === 'config.ts') return 'config';
	// How the video worker is put in place: part of the set-up, which runs before there are packages, as scripts/ does.
	if (isSetUp(file)) return undefined;
	const [top] = file.split('/');
	if (top === 'domain' || top === 'db' || top === 'media' || top === 'realtime') return top;
	if (top !== 'app') return undefined;
	const isServer = /(\.server\.ts|\+server\.ts)$/.test(file) || file.startsWith('app/lib/server/');
	return isServer ? 'app server' : 'app browser';
}

const isSetUp = (file: string) => /^(scripts|media\/worker)\//.test(file);

/** Every import of a file that stays in the project, as paths from its top. */
function importsOf(file: string): string[] {
	return specifiersOf(file).flatMap((specifier) => {
		if (specifier === '#config') return ['config.ts'];
		if (specifier.startsWith('#lib/')) return [`app/lib/${specifier.slice(5)}`];
		if (specifier.startsWith('#')) return [specifier.slice(1)];
		if (specifier.startsWith('.')) return [path.posix.join(path.posix.dirname(file), specifier)];
		return [];
	});
}

function specifiersOf(file: string): string[] {
	const text = readFileSync(path.join(root, file), 'utf8');
	return [...text.matchAll(/(?:from\s+|import\s+|import\()\s*['"]([^'"]+)['"]/g)].map((match) => match[1]!);
}

test('no folder imports from one it may not know', () => {
	const wrong = files.flatMap((file) => {
		const from = roomOf(file);
		if (!from || from === 'config') return [];
		return importsOf(file).flatMap((imported) => {
			const to = roomOf(imported);
			// SvelteKit's own types name the route's server file; they are types only.
			if (!to || to === from || mayImport[from].includes(to) || imported.includes('/$types')) return [];
			return [`${file} (${from}) imports ${imported} (${to})`];
		});
	});
	expect(wrong).toEqual([]);
});

test('the product imports nothing of the set-up', () => {
	const wrong = files.flatMap((file) =>
		roomOf(file)
			? importsOf(file)
					.filter(isSetUp)
					.map((imported) => `${file} imports ${imported}`)
			: [],
	);
	expect(wrong).toEqual([]);
});

test('other folders are reached by their # name, never by climbing up', () => {
	const climbing = files.flatMap((file) =>
		specifiersOf(file)
			.filter((specifier) => specifier.startsWith('..') && roomOf(file))
			.filter(
				(specifier) =>
					path.posix.join(path.posix.dirname(file), specifier).split('/')[0] !== file.split('/')[0],
			)
			.map((specifier) => `${file} imports ${specifier}`),
	);
	// drizzle-kit reads db/schema without the package's imports, so its files climb to domain/.
	expect(climbing.filter((line) => !line.startsWith('db/schema/'))).toEqual([]);
});

test('only config.ts reads the environment', () => {
	const readers = files.filter(
		(file) =>
			/^(domain|db|media|realtime|app)\//.test(file) &&
			!isSetUp(file) &&
			/process\.env|import\.meta\.env/.test(readFileSync(path.join(root, file), 'utf8')),
	);
	// adapter-node takes its one setting from the environment when it is imported; the embedded database looks for a cache folder.
	expect(readers.filter((file) => file !== 'db/embedded/place.ts')).toEqual(['realtime/web.ts']);
});

test('domain runs in the browser: no Node modules, no I/O', () => {
	const impure = files.filter(
		(file) =>
			file.startsWith('domain/') &&
			/from ['"](node:|pg|drizzle)|\bfetch\(/.test(readFileSync(path.join(root, file), 'utf8')),
	);
	expect(impure).toEqual([]);
});

test('the top level holds what the owner fixed and the files that tools want there', () => {
	const top = new Set(
		execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
			cwd: root,
			encoding: 'utf8',
		})
			.split('\n')
			.filter(Boolean)
			.map((file) => file.split('/')[0]!),
	);
	const folders = ['app', 'bench', 'db', 'docs', 'domain', 'media', 'realtime', 'scripts', 'tests'];
	expect(
		[...top]
			.filter((name) => !name.includes('.'))
			.filter((name) => !folders.includes(name) && name !== 'Dockerfile' && name !== 'LICENSE'),
	).toEqual([]);
});
