// How follow-ups are read: the staff's board, the public list, and one with all that it answers.
import { and, asc, desc, eq, isNotNull, sql, type SQL } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import {
	percentOf,
	promisedStates,
	silentSince,
	type DeskFollowup,
	type Followup,
	type FollowupFilter,
	type Milestone,
} from '#domain/followups.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';
import type { Reader } from './client.ts';
import { today } from './numbers.ts';
import { areas, followupMilestones, followups, people, units } from './schema/index.ts';
import { supportersOfFollowups } from './supporters.ts';

/** Follow-ups on one public page. */
export const followupPageSize = 30;

/** Follow-ups as staff see them, by a condition on `followups`; the most urgent and earliest first. The caller has asked the policy. */
export async function deskFollowupsBy(db: Reader, condition?: SQL): Promise<DeskFollowup[]> {
	const rows = selected(db)
		.where(condition)
		.orderBy(urgency, sql`${followups.dueOn} asc nulls last`, followups.number);
	return (await counted(db, rows)).map(onDesk);
}

/** The staff's board: what a filter shows. @throws Refusal sign-in-needed, forbidden */
export async function deskFollowups(
	db: Reader,
	actor: Actor,
	filter: FollowupFilter,
): Promise<DeskFollowup[]> {
	authorize(actor, 'followup:board');
	return deskFollowupsBy(
		db,
		and(conditionOf(filter), filter.mine ? eq(followups.ownerId, actor.account?.id ?? '') : undefined),
	);
}

type Page = { followups: Followup[]; count: number; page: number; pages: number };

/** Public ones that a filter shows, what was told last first. @param page from 1; one that is not there is empty */
export async function publicFollowups(
	db: Reader,
	filter: FollowupFilter,
	page = 1,
	size = followupPageSize,
): Promise<Page> {
	return pageOf(db, filter, { page, size, order: [desc(followups.toldAt), desc(followups.number)] });
}

/** Follow-ups on one page for programs. */
export const followupDataPageSize = 100;

/** The same in the order of their numbers: what is told or added while somebody reads page after page moves none to another page. */
export async function publicFollowupsByNumber(db: Reader, filter: FollowupFilter, page = 1): Promise<Page> {
	return pageOf(db, filter, { page, size: followupDataPageSize, order: [asc(followups.number)] });
}

async function pageOf(
	db: Reader,
	filter: FollowupFilter,
	{ page, size, order }: { page: number; size: number; order: SQL[] },
): Promise<Page> {
	const condition = and(eq(followups.visibility, 'public'), conditionOf(filter));
	const count = await db.$count(followups, condition);
	const rows = selected(db)
		.where(condition)
		.orderBy(...order)
		.limit(size)
		.offset((page - 1) * size);
	const shown = (await counted(db, rows)).map(publicly);
	return { followups: shown, count, page, pages: Math.max(1, Math.ceil(count / size)) };
}

/**
 * Public ones that answer some of these concerns; or that were promised at a meeting, or answer what was heard there: of those only what was
 * ever promised, a proposal is none. The newest first.
 */
export async function followupsOf(
	db: Reader,
	of: { concernIds: string[] } | { meetingId: string },
): Promise<Followup[]> {
	const linked =
		'meetingId' in of
			? and(isNotNull(followups.firstDueOn), isOfMeeting(sql`${of.meetingId}::uuid`))
			: sql`exists (select from followup_concerns fc where fc.followup_id = ${followups.id} and fc.concern_id = any (${sql.param(of.concernIds)}::uuid[]))`;
	const rows = selected(db)
		.where(and(eq(followups.visibility, 'public'), linked))
		.orderBy(desc(followups.number));
	return (await counted(db, rows)).map(publicly);
}

/** So many promises of each kind stand at the top of the next meeting's page. */
export const mostBefore = 8;

/** Promises of one kind: the first of them, and how many more there are. */
export type PromisesBefore = { followups: Followup[]; more: number };

/** What became of promises since a moment: kept (verified) and claimed done, what was told last first; and late now, the latest first. */
export async function promisesSince(
	db: Reader,
	since: Date,
): Promise<Record<'kept' | 'claimed' | 'late', PromisesBefore>> {
	const of = async (state: SQL | undefined, ...order: SQL[]) => {
		const condition = and(eq(followups.visibility, 'public'), state);
		const rows = selected(db)
			.where(condition)
			.orderBy(...order, desc(followups.number))
			.limit(mostBefore);
		const shown = (await counted(db, rows)).map(publicly);
		return { followups: shown, more: (await db.$count(followups, condition)) - shown.length };
	};
	const moment = sql`${since.toISOString()}::timestamptz`;
	const isKept = and(
		eq(followups.state, 'verified'),
		sql`exists (select from followup_events e where e.followup_id = ${followups.id} and e."to" = 'verified' and e.at >= ${moment})`,
	);
	const isClaimed = and(eq(followups.state, 'done'), sql`${followups.claimedAt} >= ${moment}`);
	return {
		kept: await of(isKept, desc(followups.toldAt)),
		claimed: await of(isClaimed, desc(followups.toldAt)),
		late: await of(isLateNow(), asc(followups.dueOn)),
	};
}

/** One, as whoever asks may see it, with its milestones. @throws Refusal not-found, also for one that is internal */
export async function readFollowup(
	db: Reader,
	actor: Actor,
	number: string,
): Promise<{ followup: DeskFollowup; milestones: Milestone[] }> {
	const [row] = await counted(db, selected(db).where(eq(followups.number, number.toUpperCase())));
	if (!row || !can(actor, 'followup:read', row.followup)) throw new Refusal('not-found');
	const milestones = await db
		.select()
		.from(followupMilestones)
		.where(eq(followupMilestones.followupId, row.followup.id))
		.orderBy(followupMilestones.position);
	return {
		followup: onDesk(row),
		milestones: milestones.map(({ id, title, weight, dueOn, doneOn }) => ({
			id,
			title,
			weight,
			dueOn,
			doneOn,
		})),
	};
}

/** What everybody may see of one: nothing of owner, priority and version. */
export function withoutOffice({ owner: _, ...followup }: DeskFollowup): Followup {
	const { version: _v, visibility: _s, priority: _p, unitId: _u, areaId: _a, ...rest } = followup;
	return rest;
}

/** Promised at a meeting, or answers what was heard there, also where that was merged into something else. */
export const isOfMeeting = (meetingId: SQL) => sql`(
	exists (select from followup_links l
		where l.followup_id = ${followups.id} and l.kind = 'meeting' and l.target_id = ${meetingId})
	or exists (
		with recursive up(id) as (
			select c.id from concerns c where c.meeting_id = ${meetingId}
			union select m.into_id from up join concern_merges m on m.concern_id = up.id and m.undone_at is null
		) select from followup_concerns fc join up on up.id = fc.concern_id where fc.followup_id = ${followups.id}))`;

const isPromisedNow = () => sql`${followups.state} = any (${sql.param([...promisedStates])}::text[])`;
const isLateNow = () => sql`(${isPromisedNow()} and ${followups.dueOn} < ${today()})`;

const urgency = sql`array_position(array['urgent', 'high', 'normal', 'low'], ${followups.priority})`;

function conditionOf({
	overdue,
	silent,
	unit,
	area,
	topic,
	state,
	meeting,
	words,
}: FollowupFilter): SQL | undefined {
	return and(
		overdue ? isLateNow() : undefined,
		silent
			? sql`${isPromisedNow()} and ${followups.visibility} = 'public' and ${followups.toldAt} < ${silentSince(new Date()).toISOString()}`
			: undefined,
		unit ? sql`${followups.unitId}::text = ${unit}` : undefined,
		area ? sql`${followups.areaId}::text = ${area}` : undefined,
		topic ? eq(followups.topic, topic) : undefined,
		state ? eq(followups.state, state) : undefined,
		meeting ? isOfMeeting(sql`(select m.id from meetings m where m.slug = ${meeting})`) : undefined,
		words
			? sql`strpos(lower(concat_ws(' ', ${followups.number}, ${followups.title}, ${followups.description})), lower(${words})) > 0`
			: undefined,
	);
}

function selected(db: Reader) {
	return db
		.select({
			followup: followups,
			unit: units.name,
			area: areas.name,
			owner: people.name,
			milestones: sql<{ weight: number; doneOn: string | null }[]>`coalesce((
				select json_agg(json_build_object('weight', m.weight, 'doneOn', m.done_on))
				from followup_milestones m where m.followup_id = ${followups.id}), '[]')`,
			concerns: sql<{ number: string; title: string }[]>`coalesce((
				select json_agg(json_build_object('number', c.number, 'title', c.title) order by c.number)
				from followup_concerns fc join concerns c on c.id = fc.concern_id where fc.followup_id = ${followups.id}), '[]')`,
		})
		.from(followups)
		.leftJoin(units, eq(units.id, followups.unitId))
		.leftJoin(areas, eq(areas.id, followups.areaId))
		.leftJoin(people, eq(people.id, followups.ownerId))
		.$dynamic();
}

type Selected = Awaited<ReturnType<typeof selected>>[number];
type Counted = Selected & { supporters: number };

/** Supporters are counted once for all rows: row by row, each would walk its tree of concerns alone. */
async function counted(db: Reader, selected: PromiseLike<Selected[]>): Promise<Counted[]> {
	const rows = await selected;
	const ids = rows.map(({ followup }) => followup.id);
	const counts = await supportersOfFollowups(db, ids);
	return rows.map((row) => ({ ...row, supporters: counts.get(row.followup.id) ?? 0 }));
}

function publicly({ followup, unit, area, milestones, concerns, supporters }: Counted): Followup {
	const { id, number, title, description, state, topic, dueOn, firstDueOn, successMeasure, reviewOn } =
		followup;
	return {
		...{
			id,
			number,
			title,
			description,
			state,
			unit,
			area,
			topic,
			dueOn,
			firstDueOn,
			successMeasure,
			reviewOn,
		},
		...{ concerns, supporters, percent: percentOf(milestones) },
		toldAt: followup.toldAt.toISOString(),
		createdAt: followup.createdAt.toISOString(),
	};
}

function onDesk(row: Counted): DeskFollowup {
	const { version, visibility, priority, ownerId, unitId, areaId } = row.followup;
	const owner = ownerId === null ? null : { id: ownerId, name: row.owner ?? '' };
	return { ...publicly(row), version, visibility, priority, owner, unitId, areaId };
}
