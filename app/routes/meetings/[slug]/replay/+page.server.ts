import { baseMapOf } from '#domain/baseMap.ts';
import {
	chaptersIn,
	foundIn,
	languagesIn,
	linesAt,
	momentIn,
	momentOfQuestion,
} from '#domain/replayMoments.ts';
import { can } from '#domain/policy.ts';
import { recordingsOf } from '#db/recordings.ts';
import { replayedMeeting } from '#db/replay.ts';
import { database, shared } from '#lib/server/database.ts';
import { replayFor, secondIn } from '#lib/server/replays.ts';

/** `?q=12`: the number of a question. */
const numberIn = (url: URL) => {
	const wanted = url.searchParams.get('q') ?? '';
	return /^\d{1,6}$/.test(wanted) ? Number(wanted) : null;
};

export const load = async ({ locals, params, url }) => {
	const { row, meeting } = await replayedMeeting(database(), locals.actor, params.slug);
	const replay = await replayFor(locals.actor, params.slug);
	const question = numberIn(url);
	const moment = question === null ? null : momentOfQuestion(replay, question);
	const at = Math.min(replay.seconds, moment ?? secondIn(url) ?? 0);
	const words = (url.searchParams.get('search') ?? '').trim().slice(0, 100);
	const languages = languagesIn(replay);
	const { seconds, beginsAt, films } = replay;
	return {
		meeting,
		mayCorrect: can(locals.actor, 'caption:versions'),
		base: baseMapOf(shared().config),
		/** What is known before the rest has come, and all there is without the script. */
		first: {
			...{ seconds, beginsAt, films, languages },
			moment: momentIn(replay, at),
			lines: Object.fromEntries(languages.map((language) => [language, linesAt(replay, language, at)])),
			chapters: chaptersIn(replay),
		},
		/** The link leads to a question that is not here, or no longer. */
		isQuestionGone: question !== null && moment === null,
		question: moment === null ? null : question,
		words,
		found: foundIn(replay, words),
		recordings: (await recordingsOf(database(), row.id)).map(({ state }) => state),
	};
};
