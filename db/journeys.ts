// Journeys: what was said, what became of it, what was promised, each public word since, and how it ended.
import { and, asc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import { followupFilterOf, type Answers, type Followup } from '#domain/followups.ts';
import { inTime, type Moment, type Step } from '#domain/journeys.ts';
import type { Reader } from './client.ts';
import { publicFollowups } from './followupReads.ts';
import { changesOfPromises } from './publicPromises.ts';
import { saidAt } from './said.ts';
import {
	areas,
	captions,
	concernEvents,
	concerns,
	concernSources,
	followupAnswers,
	followupEvents,
	followupPhotos,
	followups,
	followupUpdates,
	meetings,
	pins,
	questions,
	units,
} from './schema/index.ts';

/**
 * The public journey of concerns and follow-ups.
 * @param concernIds with all that were merged into them
 * @param followupIds public ones alone: nothing is asked here
 */
export async function journeyOf(db: Reader, concernIds: string[], followupIds: string[]): Promise<Step[]> {
	const parts = await Promise.all([
		said(db, concernIds),
		concernSteps(db, concernIds),
		followupSteps(db, followupIds),
		updateSteps(db, followupIds),
	]);
	return inTime(parts.flat());
}

/** So many public words are in a feed; the newest are all on as many follow-ups, those that were told of last. */
const feedSize = 50;

/** The last public words on follow-ups, newest first: moves, changed days and words, milestones, updates; with the follow-ups that they are of. */
export async function lastWords(db: Reader): Promise<{ words: Step[]; followups: Followup[] }> {
	const { followups } = await publicFollowups(db, followupFilterOf(new URLSearchParams()), 1, feedSize);
	const steps = await journeyOf(
		db,
		[],
		followups.map(({ id }) => id),
	);
	return { words: steps.reverse().slice(0, feedSize), followups };
}

/** Ids of the concerns of a follow-up, with all that were merged into them and what they were merged into. */
export async function concernsBehind(db: Reader, followupId: string): Promise<string[]> {
	return idsOf(db, sql`select concern_id from followup_concerns where followup_id = ${followupId}`);
}

/** Ids of a concern and of all that were merged into it. */
export async function concernsWithin(db: Reader, concernId: string): Promise<string[]> {
	return idsOf(db, sql`select ${concernId}::uuid`);
}

async function idsOf(db: Reader, first: ReturnType<typeof sql>): Promise<string[]> {
	const { rows } = await db.execute<{ id: string }>(sql`
		with recursive up(id) as (
			${first} union select m.into_id from up join concern_merges m on m.concern_id = up.id and m.undone_at is null
		), tree(id) as (
			select id from up union select m.concern_id from tree join concern_merges m on m.into_id = tree.id and m.undone_at is null
		) select id from tree`);
	return rows.map(({ id }) => id);
}

/** What the concerns were made of, and that they were captured. */
async function said(db: Reader, ids: string[]): Promise<Step[]> {
	if (ids.length === 0) return [];
	const sourceOf = (kind: string, id: typeof questions.id | typeof pins.id | typeof captions.id) =>
		and(
			eq(concernSources.kind, kind as 'pin'),
			sql`${id} = case ${concernSources.kind} when ${sql.raw(`'${kind}'`)} then ${concernSources.sourceId}::uuid end`,
		);
	const rows = await db
		.select({
			source: concernSources,
			number: concerns.number,
			capturedAt: concerns.capturedAt,
			meeting: { slug: meetings.slug, title: meetings.title, wentLiveAt: meetings.wentLiveAt },
			asked: questions.askedAt,
			onAir: questions.onAirAt,
			placed: pins.placedAt,
			captioned: captions.at,
			area: areas.name,
			film: sql<boolean>`exists (select from recordings r where r.meeting_id = ${concernSources.meetingId} and r.state = 'ready'
				and coalesce(${questions.onAirAt}, ${meetings.wentLiveAt} + make_interval(secs => ${concernSources.saidAtSecond}))
					between r.started_at and r.started_at + make_interval(secs => r.seconds))`,
		})
		.from(concernSources)
		.innerJoin(concerns, eq(concerns.id, concernSources.concernId))
		.leftJoin(meetings, eq(meetings.id, concernSources.meetingId))
		.leftJoin(questions, sourceOf('question', questions.id))
		.leftJoin(pins, sourceOf('pin', pins.id))
		.leftJoin(captions, sourceOf('caption', captions.id))
		.leftJoin(areas, eq(areas.id, pins.areaId))
		.where(inArray(concernSources.concernId, ids));
	const captured = await db.select().from(concerns).where(inArray(concerns.id, ids));
	return [
		...rows.map((row): Step => {
			const { kind, words, saidAtSecond } = row.source;
			const { slug, title, wentLiveAt } = row.meeting ?? {};
			const inMeeting =
				wentLiveAt && saidAtSecond !== null ? new Date(wentLiveAt.getTime() + saidAtSecond * 1_000) : null;
			const at = row.asked ?? row.placed ?? row.captioned ?? inMeeting ?? row.capturedAt;
			// One that was captured first and put on air afterwards is heard then.
			const second = wentLiveAt && row.onAir ? saidAt({ wentLiveAt }, row.onAir) : saidAtSecond;
			const moment: Moment | null = slug && title ? { slug, title, second, film: row.film } : null;
			return {
				kind: 'said',
				at: at.toISOString(),
				concern: row.number,
				source: kind,
				words,
				moment,
				place: row.area,
			};
		}),
		...captured.map(({ number, title, capturedAt }): Step => ({
			...{ kind: 'captured', concern: number, title },
			at: capturedAt.toISOString(),
		})),
	];
}

async function concernSteps(db: Reader, ids: string[]): Promise<Step[]> {
	if (ids.length === 0) return [];
	const rows = await db
		.select({ event: concernEvents, number: concerns.number })
		.from(concernEvents)
		.innerJoin(concerns, eq(concerns.id, concernEvents.concernId))
		.where(inArray(concernEvents.concernId, ids))
		.orderBy(asc(concernEvents.id));
	return rows.flatMap(({ event, number }): Step[] => {
		const { kind, to, personId, text, reason, detail } = event;
		const at = event.at.toISOString();
		if (kind === 'merged' || kind === 'parted')
			return [{ kind, at, concern: number, other: detail.other ?? '' }];
		// That work on it has begun its follow-up says.
		if (kind !== 'moved' || to === null || to === 'in-progress') return [];
		const { agency = null, reference = null } = detail;
		return [
			{
				kind: 'concern-moved',
				at,
				concern: number,
				to,
				byCity: personId !== null,
				text,
				reason,
				agency,
				reference: reference || null,
			},
		];
	});
}

/** Moves, changed days, changed words of a promise, milestones; what is of the office alone (assignments, drafts of a promise) is not told. */
async function followupSteps(db: Reader, ids: string[]): Promise<Step[]> {
	if (ids.length === 0) return [];
	const rows = await db
		.select({ event: followupEvents, followup: followups, unit: units.name })
		.from(followupEvents)
		.innerJoin(followups, eq(followups.id, followupEvents.followupId))
		.leftJoin(units, eq(units.id, followups.unitId))
		.where(
			and(
				inArray(followupEvents.followupId, ids),
				inArray(followupEvents.kind, ['proposed', 'moved', 'due-changed', 'changed', 'milestones']),
			),
		)
		.orderBy(asc(followupEvents.id));
	const evidence = await evidenceOf(db, ids);
	const answers = await answersOf(db, ids);
	const claims = new Map<string, number>();
	const promises = changesOfPromises(rows);
	return rows.flatMap(({ event, followup, unit }): Step[] => {
		const { kind, from, to, personId, text, detail } = event;
		const of = { at: event.at.toISOString(), followup: followup.number };
		if (kind === 'proposed') return [{ ...of, kind }];
		if (kind === 'due-changed')
			return [{ ...of, kind, text, before: String(detail['before']), after: String(detail['after']) }];
		const changes = promises.get(event.id);
		if (kind === 'changed') return changes?.length ? [{ ...of, kind, changes }] : [];
		if (kind === 'milestones') {
			const reached = wordsIn(detail['reached']);
			return changes && reached.length > 0 ? [{ ...of, kind: 'reached', text: reached.join('\n') }] : [];
		}
		if (to === 'done') claims.set(followup.id, (claims.get(followup.id) ?? 0) + 1);
		const claim = `${followup.id} ${claims.get(followup.id) ?? 0}`;
		// Who promised it, also where another unit has it now; promises from before that was noted have only that one.
		const promisedBy = typeof detail['unit'] === 'string' ? detail['unit'] : unit;
		return [
			{
				...of,
				...{ kind: 'moved', from: from!, to: to!, byCity: personId !== null, text },
				reviewOn: typeof detail['reviewOn'] === 'string' ? detail['reviewOn'] : null,
				dueOn: to === 'committed' ? followup.firstDueOn : null,
				unit: to === 'committed' ? promisedBy : null,
				photos: to === 'done' ? (evidence.get(claim) ?? []) : [],
				answers: from === 'done' ? (answers.get(claim) ?? null) : null,
			},
		];
	});
}

const wordsIn = (list: unknown): string[] =>
	Array.isArray(list) ? list.filter((word): word is string => typeof word === 'string') : [];

async function updateSteps(db: Reader, ids: string[]): Promise<Step[]> {
	if (ids.length === 0) return [];
	const rows = await db
		.select({ update: followupUpdates, number: followups.number })
		.from(followupUpdates)
		.innerJoin(followups, eq(followups.id, followupUpdates.followupId))
		.where(
			and(
				inArray(followupUpdates.followupId, ids),
				eq(followupUpdates.isPublic, true),
				isNotNull(followupUpdates.publishedAt),
			),
		);
	const photos = await db
		.select({ id: followupPhotos.id, updateId: followupPhotos.updateId })
		.from(followupPhotos)
		.where(and(inArray(followupPhotos.followupId, ids), isNotNull(followupPhotos.updateId)))
		.orderBy(followupPhotos.addedAt);
	return rows.map(({ update: { id, text, publishedAt }, number }) => ({
		...{ kind: 'update', id, text, followup: number },
		at: publishedAt!.toISOString(),
		photos: photos.filter(({ updateId }) => updateId === id).map((photo) => photo.id),
	}));
}

/** Ids of the photos that show what was done, by follow-up and claim. */
async function evidenceOf(db: Reader, ids: string[]): Promise<Map<string, string[]>> {
	const rows = await db
		.select({ id: followupPhotos.id, followupId: followupPhotos.followupId, claim: followupPhotos.claim })
		.from(followupPhotos)
		.where(
			and(
				inArray(followupPhotos.followupId, ids),
				isNotNull(followupPhotos.claim),
				isNull(followupPhotos.answerer),
			),
		)
		.orderBy(followupPhotos.addedAt);
	const of = Map.groupBy(rows, ({ followupId, claim }) => `${followupId} ${claim}`);
	return new Map([...of].map(([claim, photos]) => [claim, photos.map(({ id }) => id)]));
}

/** How many residents gave which answer, by follow-up and claim. */
async function answersOf(db: Reader, ids: string[]): Promise<Map<string, Answers>> {
	const { followupId, claim, answer } = followupAnswers;
	const rows = await db
		.select({ followupId, claim, answer, count: sql<number>`count(*)::int` })
		.from(followupAnswers)
		.where(inArray(followupId, ids))
		.groupBy(followupId, claim, answer);
	const all = new Map<string, Answers>();
	for (const row of rows) {
		const key = `${row.followupId} ${row.claim}`;
		const counts = all.get(key) ?? { fixed: 0, 'not-fixed': 0, 'cannot-tell': 0 };
		all.set(key, { ...counts, [row.answer]: row.count });
	}
	return all;
}
