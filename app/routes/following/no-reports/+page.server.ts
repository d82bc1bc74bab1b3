// Where each letter with a report leads that should be the last. Opening it changes nothing; the button does. Mail services that post here
// by themselves are answered before this page (realtime/oneClick.ts).
import { stopReports } from '#db/reportLetters.ts';
import { nobody } from '#domain/people.ts';
import { database } from '#lib/server/database.ts';
import { answering } from '#lib/server/refusals.ts';

// The action has said so already for the page that answers it.
export const load = ({ url, request, setHeaders }) => {
	if (request.method !== 'POST') setHeaders({ 'cache-control': 'no-store' });
	return { token: url.searchParams.get('token') ?? '' };
};

export const actions = {
	stop: async (event) => {
		event.setHeaders({ 'cache-control': 'no-store' });
		const form = await event.request.formData();
		return answering('stop', form, async () => {
			await stopReports(database(), nobody, { token: String(form.get('token') ?? '') });
			return { stopped: true };
		});
	},
};
