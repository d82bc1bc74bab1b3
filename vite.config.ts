// Builds the pages. The Vite root is app/, so that svelte.config.js can stay at the top (SvelteKit 3 refuses it in the Vite root).
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import config from './svelte.config.js';

const project = import.meta.dirname;

export default defineConfig(({ command }) => ({
	root: path.join(project, 'app'),
	envDir: '..',
	plugins: [
		noServerCodeInBrowsers(),
		noUnusedSchemasInBrowsers(),
		noInlineStyleInAnnouncer(),
		tailwindcss(),
		paraglideVitePlugin({
			project: path.join(project, 'app/messages/project.inlang'),
			outdir: path.join(project, 'app/lib/paraglide'),
			strategy: ['cookie', 'preferredLanguage', 'baseLocale'],
			cookieName: 'language',
			emitTsDeclarations: true,
		}),
		sveltekit(command === 'serve' ? forDevelopment(config) : config),
	],
	server: { fs: { allow: [project] } },
}));

// After a restart of the server Vite's client waits for it in a worker made from a blob. (SvelteKit itself allows inline styles here.)
function forDevelopment(options: typeof config): typeof config {
	const { csp } = options;
	return { ...options, csp: { ...csp, directives: { ...csp?.directives, 'worker-src': ['self', 'blob:'] } } };
}

// SvelteKit's own guard stops at app/: this one refuses the other server folders in the browser's bundle.
function noServerCodeInBrowsers(): Plugin {
	const folders = ['db', 'realtime', 'media', 'scripts', 'tests'].map(
		(name) => path.join(project, name) + path.sep,
	);
	return {
		name: 'porchlight:no-server-code-in-browsers',
		enforce: 'pre',
		load(id) {
			if (this.environment.config.consumer !== 'client') return;
			const file = id.split('?')[0]!;
			if (folders.some((folder) => file.startsWith(folder)) || file === path.join(project, 'config.ts'))
				throw new Error(`${path.relative(project, file)} is server code and must not reach the browser`);
		},
	};
}

// SvelteKit hides its announcer of new pages with a style attribute, which our CSP refuses: it would stand visibly on the page.
function noInlineStyleInAnnouncer(): Plugin {
	return {
		name: 'porchlight:no-inline-style-in-announcer',
		enforce: 'pre',
		transform(code, id) {
			if (!id.split('?')[0]!.endsWith('/@sveltejs/kit/src/runtime/components/root.svelte')) return;
			const changed = code.replace(/(id="svelte-announcer"[^>]*?)style="[^"]*"/, '$1class="sr-only"');
			if (changed === code) throw new Error('SvelteKit’s announcer has changed: look at it again');
			return { code: changed, map: null };
		},
	};
}

// Schemas stand in domain/ beside the rules that browsers use. To make one changes nothing else, which the bundler cannot know:
// told so, it leaves out those that no page checks with, and the checker (valibot) with them.
function noUnusedSchemasInBrowsers(): Plugin {
	const domain = path.join(project, 'domain') + path.sep;
	return {
		name: 'porchlight:no-unused-schemas-in-browsers',
		enforce: 'pre',
		transform(code, id) {
			if (this.environment.config.consumer !== 'client' || !id.startsWith(domain)) return;
			return { code: code.replace(/\bv\.\w+\(/g, '/* @__PURE__ */ $&'), map: null };
		},
	};
}
