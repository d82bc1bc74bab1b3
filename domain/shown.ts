// What a reader sees of a long list of questions: which ones, in which order, and what would change if they asked for it now.
import { inOrder, isVotable, type Order, type Question } from './questions.ts';

export const listFilters = ['all', 'open', 'on-air', 'answered'] as const;
export type ListFilter = (typeof listFilters)[number];

/** How a reader wants the list. `label` null: with any label or none. */
export type ListView = { order: Order; filter: ListFilter; label: string | null; search: string };

/**
 * The ids a list would show now, in order. Merged questions stand under the one they were merged into, and are found by its search.
 * @param now milliseconds since 1970
 */
export function wantedList(questions: readonly Question[], view: ListView, now: number): string[] {
	const folded = mergedUnder(questions);
	const words = folding(view.search).split(/\s+/).filter(Boolean);
	const isWanted = (question: Question) => {
		const texts = [question, ...(folded.get(question.id) ?? [])].map(textOf).join(' ');
		return (
			!isFolded(question, folded) &&
			passes[view.filter](question) &&
			(view.label === null || question.labels.includes(view.label)) &&
			words.every((word) => texts.includes(word))
		);
	};
	return inOrder(questions.filter(isWanted), view.order, now).map(({ id }) => id);
}

/** Merged questions by the id of the public question they were merged into. */
export function mergedUnder(questions: readonly Question[]): Map<string, Question[]> {
	const shown = new Set(questions.map(({ id }) => id));
	const folded = new Map<string, Question[]>();
	for (const question of questions) {
		if (!question.mergedInto || !shown.has(question.mergedInto)) continue;
		folded.set(question.mergedInto, [...(folded.get(question.mergedInto) ?? []), question]);
	}
	return folded;
}

/** What the list on screen lacks: how many are new, and whether those it has would stand otherwise (or not at all). */
export type Pending = { added: number; isMoved: boolean };

export function pendingIn(shown: readonly string[], wanted: readonly string[]): Pending {
	const before = new Set(shown);
	const kept = wanted.filter((id) => before.has(id));
	return {
		added: wanted.length - kept.length,
		isMoved: kept.length !== shown.length || kept.some((id, i) => id !== shown[i]),
	};
}

/** All labels in use, by the alphabet. */
export function labelsOf(questions: readonly Question[]): string[] {
	return [...new Set(questions.flatMap(({ labels }) => labels))].sort((a, b) => a.localeCompare(b));
}

const passes: Record<ListFilter, (question: Question) => boolean> = {
	all: () => true,
	open: isVotable,
	'on-air': ({ state }) => state === 'on-air',
	answered: ({ state }) => state === 'answered',
};

function isFolded({ mergedInto }: Question, folded: Map<string, Question[]>): boolean {
	return mergedInto !== null && folded.has(mergedInto);
}

function textOf({ number, text, askedBy, answer }: Question): string {
	return folding(`#${number} ${text} ${askedBy ?? ''} ${answer ?? ''}`);
}

/** Without case and accents: "policia" finds "Policía". */
function folding(text: string): string {
	return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
