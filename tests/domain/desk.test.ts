// The queue's parts, what can be done with which question, and which questions ask the same.
import { describe, expect, test } from 'vitest';
import {
	canDo,
	claimantOf,
	deskSections,
	labelsIn,
	mergeTargets,
	queueOf,
	sectionCounts,
	sectionOf,
	type QueueView,
} from '#domain/desk.ts';
import { meetingStates } from '#domain/meetings.ts';
import {
	actMoves,
	actsAfterTheEnd,
	deskActs,
	questionStates,
	type DeskQuestion,
	type QuestionState,
} from '#domain/questions.ts';

const now = Date.parse('2026-12-03T19:00:00Z');
let made = 0;
function question(more: Partial<DeskQuestion> = {}): DeskQuestion {
	const number = more.number ?? ++made;
	return {
		id: `question-${number}`,
		number,
		text: `What about street ${number}?`,
		state: 'published',
		votes: 0,
		votesWithAccount: 0,
		votesAside: 0,
		votesFrozen: false,
		askedBy: null,
		channel: 'online',
		votesElsewhere: { room: 0, phone: 0, paper: 0 },
		askedAt: new Date(now - 600_000 + number * 1000).toISOString(),
		publishedAt: null,
		onAirAt: null,
		answeredAt: null,
		answeredHow: null,
		answer: null,
		answeredBy: null,
		mergedInto: null,
		deferredDue: null,
		pinned: false,
		labels: [],
		concern: null,
		declineReason: null,
		declineNote: null,
		heldBecause: null,
		claimedBy: null,
		claimedUntil: null,
		authorBlocked: false,
		flaggedAt: null,
		disposition: null,
		dispositionNote: null,
		...more,
	};
}
const view = (more: Partial<QueueView> = {}): QueueView => ({
	section: 'published',
	order: 'oldest',
	search: '',
	filter: '',
	withAccountOnly: false,
	...more,
});
const numbers = (rows: DeskQuestion[]) => rows.map(({ number }) => number);

describe('the queue', () => {
	test('every state has its section, and the counts add up', () => {
		const all = questionStates.map((state) => question({ state }));
		const counts = sectionCounts(all);
		expect(Object.keys(counts)).toEqual([...deskSections]);
		expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(all.length);
		expect(questionStates.filter((state) => sectionOf({ state }) === 'waiting')).toEqual([
			'submitted',
			'held',
		]);
	});

	test('is searched by number, and by words in any order, whatever their accents', () => {
		const all = [
			question({ number: 7, text: '¿Cuándo arreglan el semáforo?' }),
			question({ number: 71, text: 'Street lights on Elm' }),
			question({ number: 170, text: 'Is there a bus at 7?' }),
		];
		const found = (search: string) => numbers(queueOf(all, view({ search }), now));
		expect(found('semaforo cuando')).toEqual([7]);
		expect(found('#7')).toEqual([7, 71]);
		expect(found('7')).toEqual([7, 71, 170]);
		expect(found('elm bus')).toEqual([]);
	});

	test('is filtered by flag or label', () => {
		const all = [
			question({ number: 1, flaggedAt: '2026-12-03T18:59:00Z' }),
			question({ number: 2, labels: ['Elm', 'Lights'] }),
			question({ number: 3, authorBlocked: true }),
		];
		expect(numbers(queueOf(all, view({ filter: 'flag:suspect' }), now))).toEqual([1]);
		expect(numbers(queueOf(all, view({ filter: 'Lights' }), now))).toEqual([2]);
		expect(numbers(queueOf(all, view({ filter: 'flag:blocked' }), now))).toEqual([3]);
		expect(labelsIn(all)).toEqual(['Elm', 'Lights']);
	});

	test('keeps the row one is at when somebody else has moved it', () => {
		const all = [
			question({ number: 1 }),
			question({ number: 2, state: 'declined' }),
			question({ number: 3 }),
		];
		expect(numbers(queueOf(all, view({ keep: 'question-2' }), now))).toEqual([1, 2, 3]);
		expect(numbers(queueOf(all, view(), now))).toEqual([1, 3]);
	});

	test('by votes it can look at those with accounts alone, and shows the same questions', () => {
		const all = [
			question({ number: 1, votes: 9, votesWithAccount: 1 }),
			question({ number: 2, votes: 5, votesWithAccount: 4 }),
		];
		expect(numbers(queueOf(all, view({ order: 'top' }), now))).toEqual([1, 2]);
		const withAccounts = queueOf(all, view({ order: 'top', withAccountOnly: true }), now);
		expect(withAccounts).toEqual([all[1], all[0]]);
	});

	test('a claim lapses by itself', () => {
		const claimed = question({ claimedBy: 'Noor', claimedUntil: new Date(now + 1000).toISOString() });
		expect(claimantOf(claimed, now)).toBe('Noor');
		expect(claimantOf(claimed, now + 1000)).toBeNull();
	});
});

describe('what can be done', () => {
	const pairs = deskActs.flatMap((act) => questionStates.map((state) => [act, state] as const));

	test.each(pairs)('%s from %s only where the table of moves lists it', (act, state) => {
		const one = question({ state });
		expect(canDo(act, one, 'live')).toBe(actMoves[act].from.includes(state));
		expect(canDo(act, one, 'ended')).toBe(
			actMoves[act].from.includes(state) && actsAfterTheEnd.includes(act),
		);
	});

	test.each(meetingStates.filter((state) => !['scheduled', 'live', 'ended'].includes(state)))(
		'nothing in a meeting that is %s',
		(meeting) => {
			const deeds = [...deskActs, 'merge', 'pin', 'label', 'capture', 'claim', 'freeze', 'block'] as const;
			expect(deeds.filter((deed) => canDo(deed, question(), meeting))).toEqual([]);
		},
	);

	test.each([
		['merge', ['submitted', 'held', 'published']],
		['unmerge', ['merged']],
		['pin', ['published', 'on-air']],
		['claim', ['submitted', 'held', 'published', 'on-air']],
	] as const)('%s from %s', (deed, states) => {
		const possible = questionStates.filter((state: QuestionState) =>
			canDo(deed, question({ state }), 'live'),
		);
		expect([...possible].sort()).toEqual([...states].sort());
	});

	test('a question is captured once', () => {
		expect(canDo('capture', question(), 'live')).toBe(true);
		expect(canDo('capture', question({ concern: 'PL-2026-00001' }), 'live')).toBe(false);
		expect(canDo('capture', question({ state: 'held' }), 'live')).toBe(false);
	});
});

test('a question is merged into one that can be voted for, the most alike first', () => {
	const source = question({ number: 100, text: 'When will the crossing on Elm Street be built?' });
	const all = [
		source,
		question({ number: 101, text: 'Are body cameras always on?' }),
		question({ number: 102, text: 'Elm Street: when is the crossing built?' }),
		question({ number: 103, text: 'When is the crossing on Elm Street built?', state: 'declined' }),
	];
	// The source as an event has replaced it since: still not a target.
	const targets = mergeTargets([{ ...source }, ...all.slice(1)], [source], '');
	expect(numbers(targets.map((target) => target.question))).toEqual([102, 101]);
	expect(targets[0]!.likeness).toBeGreaterThan(0.5);
	expect(targets[1]!.likeness).toBeLessThan(0.1);
	expect(mergeTargets(all, [source], 'cameras').map((target) => target.question.number)).toEqual([101]);
});
