// What a follow-up is: something the city has promised, from the promise to the residents' own word on whether it is fixed.
import * as v from 'valibot';
import { topics, type ConcernState, type Topic } from './concerns.ts';
import { linkKinds } from './followupTargets.ts';

export const followupStates = [
	'proposed',
	'committed',
	'in-progress',
	'blocked',
	'done',
	'verified',
	'reopened',
	'rejected',
	'dropped',
] as const;
export type FollowupState = (typeof followupStates)[number];

/** What a move must bring along. */
export type Need = 'promise' | 'reason' | 'reviewOn' | 'evidence' | 'check';

/** From where a follow-up can be moved to where, and what that needs. Whatever is not listed is refused, by the database too. */
export const followupMoves: Record<FollowupState, Partial<Record<FollowupState, readonly Need[]>>> = {
	// A promise has a unit, an owner and a day.
	proposed: { committed: ['promise'], rejected: ['reason'] },
	committed: { 'in-progress': [], dropped: ['reason'] },
	'in-progress': { blocked: ['reason', 'reviewOn'], done: ['evidence'], dropped: ['reason'] },
	blocked: { 'in-progress': [], dropped: ['reason'] },
	// Claimed: now those who asked and supported are asked whether it is fixed.
	done: { verified: ['check'], reopened: ['reason'] },
	reopened: { 'in-progress': [] },
	verified: {},
	rejected: {},
	dropped: {},
};

/** What the move needs; null where it is not allowed. */
export const needsOf = (from: FollowupState, to: FollowupState): readonly Need[] | null =>
	followupMoves[from][to] ?? null;

/** It has been promised and is not at its end: it can be late. */
export const promisedStates = [
	'committed',
	'in-progress',
	'blocked',
	'reopened',
] as const satisfies FollowupState[];
export const isPromised = (state: FollowupState) => promisedStates.some((promised) => promised === state);
/** Residents are told of it as something that is to be done, is being done or was done. */
const livingStates = [...promisedStates, 'proposed', 'done', 'verified'] as const satisfies FollowupState[];
export const isLiving = (state: FollowupState) => livingStates.some((living) => living === state);

export const priorities = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof priorities)[number];
export const visibilities = ['public', 'internal'] as const;
export type Visibility = (typeof visibilities)[number];

export const answers = ['fixed', 'not-fixed', 'cannot-tell'] as const;
/** What a resident says when asked whether it is fixed. */
export type Answer = (typeof answers)[number];
/** So long only residents can confirm; afterwards somebody of the city who has not claimed it may, by looking. */
export const answerDays = 30;

export type Answers = Record<Answer, number>;

/**
 * What the answers make of a claim: whoever first asked decides alone, else so many who agree, while fewer disagree.
 * @param asker what the original askers say; where two say different things, "not fixed" counts
 * @param needed so many decide (the setting ANSWERS_THAT_COUNT)
 */
export function verdictOf(all: Answers, asker: Answers, needed: number): 'verified' | 'reopened' | null {
	if (asker['not-fixed'] > 0 || all['not-fixed'] >= needed) return 'reopened';
	if (asker.fixed > 0 || all.fixed >= needed) return 'verified';
	return null;
}

/**
 * How a concern stands by its follow-ups; null where they change nothing. Only such moves as `concernMoves` lists follow from it.
 * @param isConfirmed whether residents have confirmed all that was claimed
 */
export function concernStateBy(
	state: ConcernState,
	followups: readonly FollowupState[],
	isConfirmed: boolean,
): ConcernState | null {
	const living = followups.filter(isLiving);
	const has = (...states: FollowupState[]) => living.some((one) => states.includes(one));
	const areAll = (...states: FollowupState[]) =>
		living.length > 0 && living.every((one) => states.includes(one));
	if (state === 'acknowledged' && living.length > 0) return 'accepted';
	if (state === 'accepted' && has('in-progress', 'blocked', 'done', 'verified')) return 'in-progress';
	// What was verified before it was opened again is no work on it.
	if (state === 'reopened' && has('in-progress', 'blocked')) return 'in-progress';
	if (state === 'in-progress' && areAll('done', 'verified')) return 'resolved';
	if (state === 'resolved' && isConfirmed && areAll('verified')) return 'confirmed';
	if ((state === 'resolved' || state === 'confirmed') && has('reopened')) return 'reopened';
	return null;
}

export type Milestone = {
	id: string;
	title: string;
	weight: number;
	dueOn: string | null;
	doneOn: string | null;
};

/** Percent done by the weights of the milestones; null without any. Nobody types it. */
export function percentOf(milestones: readonly Pick<Milestone, 'weight' | 'doneOn'>[]): number | null {
	const sum = (of: readonly { weight: number }[]) => of.reduce((total, { weight }) => total + weight, 0);
	const all = sum(milestones);
	if (all === 0) return null;
	return Math.floor((100 * sum(milestones.filter(({ doneOn }) => doneOn !== null))) / all);
}

/** Whether the promise is late. @param today in the city, `2026-11-25` */
export const isOverdue = (followup: Pick<Followup, 'state' | 'dueOn'>, today: string): boolean =>
	isPromised(followup.state) && followup.dueOn !== null && followup.dueOn < today;

/** A follow-up as everybody sees it. Days are `2026-11-25` in the city's zone, moments ISO 8601 in UTC. */
export type Followup = {
	id: string;
	/** `FU-2026-00012`. */
	number: string;
	title: string;
	description: string;
	state: FollowupState;
	unit: string | null;
	area: string | null;
	topic: Topic | null;
	dueOn: string | null;
	/** The day that was promised first. */
	firstDueOn: string | null;
	successMeasure: string;
	/** When it is blocked: when that is looked at again. */
	reviewOn: string | null;
	percent: number | null;
	supporters: number;
	concerns: { number: string; title: string }[];
	/** The last public word on it: an update, or a move. */
	toldAt: string;
	createdAt: string;
};

/** Most urgent first, then what is due first, then by number: as PostgreSQL orders the board. */
export function byUrgency(a: DeskFollowup, b: DeskFollowup): number {
	const urgency = priorities.indexOf(b.priority) - priorities.indexOf(a.priority);
	if (urgency !== 0) return urgency;
	// What has no day comes last.
	const [one, other] = [`${a.dueOn ?? '~'} ${a.number}`, `${b.dueOn ?? '~'} ${b.number}`];
	return one < other ? -1 : one > other ? 1 : 0;
}

/** A follow-up as staff see it on their board. */
export type DeskFollowup = Followup & {
	/** Counts every change: a change of an older one is refused. */
	version: number;
	visibility: Visibility;
	priority: Priority;
	owner: { id: string; name: string } | null;
	unitId: string | null;
	areaId: string | null;
};

/** `FU-2026-00012`: the year it was proposed (in the city's zone) and a count within the year. */
export const followupNumber = (year: number, count: number): string =>
	`FU-${year}-${String(count).padStart(5, '0')}`;

const number = v.pipe(
	v.string(),
	v.trim(),
	v.transform((text) => text.toUpperCase()),
	v.regex(/^FU-\d{4}-\d{5,}$/),
);
const uuid = v.pipe(v.string(), v.uuid());
const day = v.pipe(v.string(), v.isoDate());
const words = (most: number) => v.pipe(v.string(), v.trim(), v.maxLength(most));
const said = (most: number) => v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(most));
const version = v.pipe(v.number(), v.integer());

const fields = {
	title: said(120),
	description: words(2_000),
	unitId: v.nullable(uuid),
	ownerId: v.nullable(v.string()),
	areaId: v.nullable(uuid),
	topic: v.nullable(v.picklist(topics)),
	priority: v.picklist(priorities),
	successMeasure: words(500),
	visibility: v.picklist(visibilities),
};
export const proposeInput = v.object({
	...fields,
	/** Numbers of the concerns that it is to answer. */
	concerns: v.pipe(v.array(v.string()), v.maxLength(50)),
	/** A day that is meant, until it is promised. */
	dueOn: v.nullable(day),
	/** Where it was promised. */
	meetingId: v.optional(v.nullable(uuid), null),
	/** The first answer to those concerns that have none yet. */
	text: v.optional(words(1_000), ''),
});
export const changeFollowupInput = v.object({ number, version, ...fields });
export const moveFollowupInput = v.object({
	number,
	version,
	to: v.picklist(followupStates),
	/** Public: why it is rejected, blocked, dropped or opened again; what shows that it is done; how that was looked at. */
	text: v.optional(words(1_000), ''),
	reviewOn: v.optional(v.nullable(day), null),
	/** With a promise, where the follow-up has none yet. */
	unitId: v.optional(uuid),
	ownerId: v.optional(v.string()),
	dueOn: v.optional(day),
});
export const dueInput = v.object({ number, version, dueOn: day, reason: said(500) });
export const assignInput = v.object({
	followups: v.pipe(v.array(v.object({ number, version })), v.minLength(1), v.maxLength(100)),
	ownerId: v.optional(v.nullable(v.string())),
	unitId: v.optional(v.nullable(uuid)),
});
export const milestonesInput = v.object({
	number,
	version,
	milestones: v.pipe(
		v.array(
			v.object({
				id: uuid,
				title: said(120),
				weight: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)),
				dueOn: v.nullable(day),
				isDone: v.boolean(),
			}),
		),
		v.maxLength(20),
	),
});
export const updateInput = v.object({
	/** Made by whoever writes it: sent twice it is one. */
	id: uuid,
	numbers: v.pipe(v.array(number), v.minLength(1), v.maxLength(100)),
	text: said(2_000),
	isPublic: v.boolean(),
	/** Otherwise it stays a draft. */
	isPublished: v.boolean(),
});
export const publishUpdateInput = v.object({ updateId: uuid, text: v.optional(said(2_000)) });
export const linkInput = v.object({
	number,
	kind: v.picklist(linkKinds),
	/** Its number, its short name, its address or its id: domain/followupTargets.ts. */
	id: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(500)),
	/** The first answer to a concern that has none yet. */
	text: v.optional(words(1_000), ''),
});
export const answerInput = v.object({
	number,
	answer: v.picklist(answers),
	text: v.optional(words(500), ''),
	/** The words of a claim code, where the browser is not the one it was asked with. */
	words: v.optional(v.pipe(v.string(), v.maxLength(200))),
});

/** The same with its photo as db/pictures.ts has made it. */
export const keepAnswerInput = v.object({
	...answerInput.entries,
	photo: v.optional(
		v.object({
			/** Made by whoever sends it: sent twice it is one photo. */
			id: uuid,
			bytes: v.custom<Uint8Array>((bytes) => bytes instanceof Uint8Array),
			width: v.number(),
			height: v.number(),
		}),
	),
});

/** What residents say of a claim, in numbers. */
export type AnswerCounts = {
	/** Of the claim as it is now. */
	now: Answers;
	/** Of claims before, the last first: each was opened again. */
	earlier: Answers[];
	/** So many who agree decide. */
	needed: number;
};
/** Whether somebody is asked "is it fixed?", and what they have said. */
export type Asked = {
	asked: boolean;
	/** Asked or placed what it is about: then their word alone opens it again or confirms it. */
	isAsker: boolean;
	answer: { answer: Answer; text: string; hasPhoto: boolean } | null;
};

/** What is filtered on the staff board and in the public list; it stands in the address. */
export type FollowupFilter = {
	mine: boolean;
	overdue: boolean;
	/** No public word for two weeks. */
	silent: boolean;
	unit: string | null;
	area: string | null;
	topic: Topic | null;
	state: FollowupState | null;
	meeting: string | null;
	words: string;
};
/** A meeting that can be chosen in the filter, with the day it began. */
export type MeetingChoice = { slug: string; title: string; day: string };
/** After so many days without a public word it is waiting for one. */
const silentDays = 14;
const dayMs = 86_400_000;
/** What was last told of before this moment waits for a public word. */
export const silentSince = (now: Date): Date => new Date(now.getTime() - silentDays * dayMs);
/** Whether a public promise waits for a public word: the same for the board's cards, its filter, and the letter to owners. */
export const isSilent = (
	{ state, visibility, toldAt }: Pick<DeskFollowup, 'state' | 'visibility'> & { toldAt: string | Date },
	now: Date,
): boolean => isPromised(state) && visibility === 'public' && new Date(toldAt) < silentSince(now);
/** Whole days since the last public word. */
export const daysSilent = ({ toldAt }: Pick<Followup, 'toldAt'>, now: Date): number =>
	Math.max(0, Math.floor((now.getTime() - Date.parse(toldAt)) / dayMs));

/** `?mine&overdue&silent&unit=…&area=…&topic=…&state=…&meeting=…&q=…`; what makes no sense is passed over. */
export function followupFilterOf(search: Pick<URLSearchParams, 'get' | 'has'>): FollowupFilter {
	const picked = <T extends string>(list: readonly T[], value: string | null): T | null =>
		list.find((known) => known === value) ?? null;
	return {
		mine: search.has('mine'),
		overdue: search.has('overdue'),
		silent: search.has('silent'),
		unit: search.get('unit') || null,
		area: search.get('area') || null,
		topic: picked(topics, search.get('topic')),
		state: picked(followupStates, search.get('state')),
		meeting: search.get('meeting') || null,
		words: (search.get('q') ?? '').trim().slice(0, 100),
	};
}

/** Whether it leaves anything out. */
export const isNarrow = (filter: FollowupFilter): boolean => followupSearchOf(filter).toString() !== '';

/** The same as an address says it; what is not filtered is left out. */
export function followupSearchOf(filter: FollowupFilter): URLSearchParams {
	const search = new URLSearchParams();
	for (const name of ['mine', 'overdue', 'silent'] as const) if (filter[name]) search.set(name, '');
	for (const name of ['unit', 'area', 'topic', 'state', 'meeting'] as const)
		if (filter[name]) search.set(name, filter[name]);
	if (filter.words) search.set('q', filter.words);
	return search;
}
