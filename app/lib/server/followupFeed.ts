// The public words on follow-ups for feed readers: each move, each changed day, each update is an entry.
import type { Followup } from '#domain/followups.ts';
import type { Step } from '#domain/journeys.ts';
import { changesInWords, stepInWords } from '#lib/journeys/stepWords.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Feed } from './feeds.ts';

/** @param words steps of follow-ups, newest first */
export function followupFeed(words: Step[], followups: Followup[]): Feed {
	const titles = new Map(followups.map(({ number, title }) => [number, title]));
	return {
		path: '/followups',
		title: m.followup_list_title(),
		subtitle: m.followup_list_intro(),
		entries: words.flatMap((step) => {
			if (!('followup' in step)) return [];
			const { followup, kind, at } = step;
			return {
				id: `tag:porchlight,2026:${followup}:${kind}:${at}`,
				title: `${titles.get(followup) ?? followup}: ${stepInWords(step)}`,
				path: `/followups/${followup}`,
				updated: new Date(at),
				category: kind === 'moved' ? step.to : kind,
				summary: step.kind === 'changed' ? changesInWords(step.changes) : 'text' in step ? step.text : '',
			};
		}),
	};
}
