// Keeps a choice of language or colours and goes back to where it was made. A plain form: works without JavaScript.
import { redirect } from '@sveltejs/kit';
import { pathBack, wantedPreferences } from '#lib/preferences.ts';

const year = 60 * 60 * 24 * 365;

export const POST = async ({ request, cookies, url }) => {
	const form = await request.formData();
	for (const { name, value } of wantedPreferences(form))
		cookies.set(name, value, {
			path: '/',
			maxAge: year,
			sameSite: 'lax',
			httpOnly: true,
			secure: url.protocol === 'https:',
		});
	redirect(303, pathBack(form.get('back')));
};

export const GET = () => redirect(303, '/');
