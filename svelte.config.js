// SvelteKit's options. SvelteKit 3 does not read this file by itself: vite.config.ts hands it over.
import adapter from '@sveltejs/adapter-node';

/** @type {NonNullable<Parameters<typeof import('@sveltejs/kit/vite').sveltekit>[0]>} */
export default {
	adapter: adapter({ out: 'build', precompress: true }),
	files: { src: '.', assets: 'static' },
	outDir: '../.svelte-kit',
	csp: {
		mode: 'nonce',
		directives: {
			'default-src': ['self'],
			'script-src': ['self'],
			'style-src': ['self'],
			'img-src': ['self', 'data:', 'blob:'],
			'font-src': ['self'],
			'connect-src': ['self'],
			'media-src': ['self', 'blob:'],
			'object-src': ['none'],
			'base-uri': ['none'],
			'form-action': ['self'],
			'frame-ancestors': ['none'],
		},
	},
	// Put in place by whoever switches messages on (app/lib/push/device.svelte.ts), in no other browser.
	serviceWorker: { register: false },
	paths: { relative: false },
	// The styles come with the page: asking for them apart costs a phone on a slow line half a second before it shows anything.
	inlineStyleThreshold: 64 * 1024,
};
