// How much JavaScript a page's first load brings to a browser, from the build's own manifest.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const root = path.resolve(import.meta.dirname, '..');
const made = path.join(root, '.svelte-kit/generated/build/client-optimized');

type Manifest = Record<string, { file: string; src?: string; isEntry?: boolean; imports?: string[] }>;

/** Sizes in bytes: as sent (gzip, each file by itself) and as they are. */
export type FirstLoad = { files: { file: string; gzip: number; raw: number }[]; gzip: number; raw: number };

/**
 * What a browser loads before the page can be used: the start of the framework, the frame of all pages, the page itself, and all they
 * import; not what is imported on demand (the desk).
 * @param route as SvelteKit names it, such as `/meetings/[slug]/hall`
 * @throws when the pages are not built or have no such route
 */
export function firstLoadOf(route: string): FirstLoad {
	const client = path.join(root, '.svelte-kit/output/client');
	const manifest = JSON.parse(readFileSync(path.join(client, '.vite/manifest.json'), 'utf8')) as Manifest;
	const nodes = nodesOf(route);
	const isStart = (key: string) =>
		nodes.some((node) => key.endsWith(`/client-optimized/nodes/${node}.js`)) ||
		key.endsWith('/client-optimized/app.js') ||
		key.endsWith('/runtime/client/entry.js');
	const wanted = new Set(Object.keys(manifest).filter(isStart));
	// A set that grows while it is read is read to its end.
	for (const key of wanted) for (const imported of manifest[key]?.imports ?? []) wanted.add(imported);
	const files = [...new Set([...wanted].map((key) => manifest[key]!.file))].map((file) => {
		const content = readFileSync(path.join(client, file));
		return { file, gzip: gzipSync(content, { level: 9 }).length, raw: content.length };
	});
	const sum = (of: 'gzip' | 'raw') => files.reduce((total, file) => total + file[of], 0);
	return { files, gzip: sum('gzip'), raw: sum('raw') };
}

/** The numbers SvelteKit has given to a page and the layouts around it: the error page is not loaded with them. */
function nodesOf(route: string): number[] {
	const app = readFileSync(path.join(made, 'app.js'), 'utf8');
	const entry = new RegExp(
		`${JSON.stringify(route).replace(/[[\]()?*+.\\/]/g, '\\$&')}: \\[(.*?)\\](?:,\n|\n)`,
		's',
	).exec(app)?.[1];
	if (entry === undefined) throw new Error(`There is no page ${route} in the build.`);
	// `[~5]` or `[~5,[2]]`: the page (negated when it loads data on the server), then the layouts below the outermost, which is 0.
	const page = /~?(\d+)/.exec(entry)?.[1];
	const layouts = [...(/\[([\d,\s]*)\]/.exec(entry)?.[1] ?? '').matchAll(/\d+/g)].map(([number]) =>
		Number(number),
	);
	return [0, ...layouts, Number(page)];
}
