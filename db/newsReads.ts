// News as one person reads it: in the app, and what a letter is made of.
import { and, desc, eq, isNull, not, sql, type SQL } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import { newsReadInput, type NewsItem } from '#domain/following.ts';
import type { Actor } from '#domain/people.ts';
import { can } from '#domain/policy.ts';
import type { Reader } from './client.ts';
import { command } from './command.ts';
import { concerns, followups, meetings, news, notices } from './schema/index.ts';

const newsOnPage = 50;

/** The newest that an account was told in the app. */
export async function ownNews(db: Reader, actor: Actor): Promise<NewsItem[]> {
	const isInternalToo = can(actor, 'followup:read', { visibility: 'internal' });
	return newsBy(db, isOwn(actor), isInternalToo).orderBy(desc(news.id)).limit(newsOnPage).then(shown);
}

/** How much of it was not looked at yet. Nothing for nobody. */
export async function countNews(db: Reader, actor: Actor): Promise<number> {
	if (!actor.account) return 0;
	const isHidden = sql`exists (select from news n join followups f on f.id = n.followup_id
		where n.id = ${notices.newsId} and f.visibility = 'internal')`;
	const isSeen = can(actor, 'followup:read', { visibility: 'internal' }) ? undefined : not(isHidden);
	return db.$count(notices, and(isOwn(actor), isNull(notices.doneAt), isSeen));
}

/** Notes that an account has looked at what was told up to a piece of news. @throws Refusal sign-in-needed */
export const markNewsRead = command(newsReadInput, async ({ tx, actor }, { upTo }) => {
	if (!actor.account) throw new Refusal('sign-in-needed');
	await tx
		.update(notices)
		.set({ doneAt: new Date() })
		.where(and(isOwn(actor), isNull(notices.doneAt), sql`${notices.newsId} <= ${upTo}`));
});

/** Pieces of news by a condition on `notices`; of follow-ups that are internal only where the reader works for the city. */
export function newsBy(db: Reader, condition: SQL | undefined, isInternalToo: boolean) {
	return db
		.select({
			...{ id: news.id, at: news.at, kind: news.kind, detail: news.detail, doneAt: notices.doneAt },
			concern: { number: concerns.number, title: concerns.title },
			followup: { number: followups.number, title: followups.title },
			meeting: {
				...{ slug: meetings.slug, title: meetings.title },
				...{ startsAt: meetings.startsAt, timeZone: meetings.timeZone },
			},
		})
		.from(notices)
		.innerJoin(news, eq(news.id, notices.newsId))
		.leftJoin(concerns, eq(concerns.id, news.concernId))
		.leftJoin(followups, eq(followups.id, news.followupId))
		.leftJoin(meetings, eq(meetings.id, news.meetingId))
		.where(
			and(condition, isInternalToo ? undefined : sql`${followups.visibility} is distinct from 'internal'`),
		)
		.$dynamic();
}

export const shown = (rows: Awaited<ReturnType<typeof newsBy>>): NewsItem[] =>
	rows.map(({ at, doneAt, meeting, ...row }) => ({
		...row,
		meeting: meeting && { ...meeting, startsAt: meeting.startsAt.toISOString() },
		at: at.toISOString(),
		isNew: doneAt === null,
	}));

/** Of a condition for `newsBy`: nobody is invited to a meeting that was called off, or has begun. */
export const isStillToCome = (now: Date): SQL =>
	sql`(${news.meetingId} is null or ${meetings.state} = 'scheduled' and ${meetings.startsAt} > ${now.toISOString()}::timestamptz)`;

const isOwn = ({ account }: Actor) =>
	and(
		eq(notices.channel, 'in-app'),
		sql`${notices.followerId} = (select id from followers where person_id = ${account?.id ?? null})`,
	);
