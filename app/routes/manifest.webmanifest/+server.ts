// What a device needs to install Porchlight like an app: it carries the city's name and the reader's language.
import { json } from '@sveltejs/kit';
import { readConfig } from '#config';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';

const paper = '#faf5ea';

export const GET = () => {
	const city = readConfig().CITY_NAME;
	return json(
		{
			id: '/',
			name: `${m.app_name()} ${city}`,
			short_name: m.app_name(),
			description: m.app_about({ city }),
			lang: getLocale(),
			dir: 'auto',
			start_url: '/',
			scope: '/',
			display: 'standalone',
			theme_color: paper,
			background_color: paper,
			icons: [
				{ src: '/icons/lamp.svg', sizes: 'any', type: 'image/svg+xml' },
				{ src: '/icons/lamp-192.png', sizes: '192x192', type: 'image/png' },
				{ src: '/icons/lamp-512.png', sizes: '512x512', type: 'image/png' },
				{ src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
			],
		},
		{ headers: { 'content-type': 'application/manifest+json', vary: 'cookie, accept-language' } },
	);
};
