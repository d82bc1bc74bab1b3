import { publicPolls } from '#db/pollReads.ts';
import { replayedMeeting } from '#db/replay.ts';
import { publicQuestions } from '#db/questions.ts';
import { languagesIn } from '#domain/replayMoments.ts';
import { notReached, readIn } from '#domain/replayText.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import { database } from '#lib/server/database.ts';
import { resultRows } from '#lib/server/pollTable.ts';
import { replayFor } from '#lib/server/replays.ts';

export const load = async ({ locals, params, url }) => {
	const db = database();
	const { row, meeting } = await replayedMeeting(db, locals.actor, params.slug);
	const replay = await replayFor(locals.actor, params.slug);
	const languages = languagesIn(replay);
	const wanted = [url.searchParams.get('language'), getLocale(), languages[0]];
	const language = wanted.find((tag) => tag && languages.includes(tag)) ?? null;
	const answers = new Map(
		(await publicQuestions(db, row)).map(({ number, answer, answeredBy }) => [
			number,
			answer ? { text: answer, by: answeredBy } : null,
		]),
	);
	// What moderators show when they have looked at it is often shown after the end only: one reads what is known now.
	const polls = new Map((await publicPolls(db, row.id)).map((poll) => [poll.id, poll]));
	return {
		meeting,
		beginsAt: replay.beginsAt,
		languages,
		language,
		chapters: readIn(replay, language).map((one) => {
			const { chapter } = one;
			const poll = one.poll && (polls.get(one.poll.id) ?? one.poll);
			// A question that was on air twice has its answer where it was talked about last.
			const isLast = chapter?.kind === 'question' && chapter.search.startsWith('?q=');
			return {
				...one,
				poll,
				answer: isLast ? (answers.get(chapter.number) ?? null) : null,
				table: poll?.result ? resultRows(poll) : null,
			};
		}),
		notReached: notReached(replay).map((one) => ({ ...one, answer: answers.get(one.number) ?? null })),
	};
};
