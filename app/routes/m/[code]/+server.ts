// The short link on a poster: to the hall while its door is open, else to the meeting's page. `?from=` says which paper it was on.
import { redirect, type RequestEvent } from '@sveltejs/kit';
import { readMeeting, slugOfCode } from '#db/meetings.ts';
import { countArrival } from '#db/outreach.ts';
import { isDoorOpen, isMissed } from '#domain/meetings.ts';
import { sourceOf } from '#domain/outreach.ts';
import { database } from '#lib/server/database.ts';
import { addressOf, isWithinLimit } from '#lib/server/limits.ts';

export const GET = async (event) => {
	const { locals, params, setHeaders } = event;
	const slug = await slugOfCode(database(), locals.actor, params.code);
	const { meeting } = await readMeeting(database(), locals.actor, slug);
	await noteSource(event, meeting.code);
	const isOpen = isDoorOpen(meeting, Date.now()) && !isMissed(meeting, Date.now());
	setHeaders({ 'cache-control': 'no-store' });
	redirect(302, isOpen ? `/meetings/${slug}/hall` : `/meetings/${slug}`);
};

/** One more for the source. Programs that only look whether a link works (HEAD), and browsers that fetch ahead, are nobody yet. */
async function noteSource(event: RequestEvent, code: string): Promise<void> {
	const source = sourceOf(event.url.searchParams.get('from'));
	const isAhead = /prefetch|prerender/.test(event.request.headers.get('sec-purpose') ?? '');
	if (!source || event.request.method !== 'GET' || isAhead) return;
	// Whoever opens it again and again is led on all the same, and not counted any more.
	if (!(await isWithinLimit('arrivalsFromHere', addressOf(event)))) return;
	await countArrival(database(), code, source);
}
