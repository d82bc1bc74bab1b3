// The short link on a poster: to the hall while its door is open, else to the meeting's page.
import { redirect } from '@sveltejs/kit';
import { readMeeting, slugOfCode } from '#db/meetings.ts';
import { isDoorOpen, isMissed } from '#domain/meetings.ts';
import { database } from '#lib/server/database.ts';

export const GET = async ({ locals, params, setHeaders }) => {
	const slug = await slugOfCode(database(), locals.actor, params.code);
	const { meeting } = await readMeeting(database(), locals.actor, slug);
	const isOpen = isDoorOpen(meeting, Date.now()) && !isMissed(meeting, Date.now());
	setHeaders({ 'cache-control': 'no-store' });
	redirect(302, isOpen ? `/meetings/${slug}/hall` : `/meetings/${slug}`);
};
