// Following: with an account at once, or with a confirmed e-mail address. Neither leads to a guest or to anything anonymous.
import { and, eq, sql } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import {
	confirmInput,
	followByEmailInput,
	followInput,
	periodInput,
	stopInput,
	stopOneInput,
	type Followed,
	type FollowedKind,
	type Period,
	type PeriodChoice,
} from '#domain/following.ts';
import { nobody, type Actor } from '#domain/people.ts';
import { can } from '#domain/policy.ts';
import type * as v from 'valibot';
import type { Database, Reader, Transaction } from './client.ts';
import { checked, command, work } from './command.ts';
import { askToken, readAskToken, readStopToken } from './letterTokens.ts';
import { writeMail, type Letter } from './mail.ts';
import { endOfPeriod } from './news.ts';
import { areas, concerns, followers, followups, follows } from './schema/index.ts';

/** With an account, at once; a second time changes nothing. @throws Refusal sign-in-needed, not-found */
export const followSomething = command(followInput, async ({ tx, actor }, { kind, subject, locale }) => {
	const person = ownId(actor);
	await assertThere(tx, actor, kind, subject);
	const followerId = await followerOf(tx, person, locale);
	await tx.insert(follows).values({ followerId, kind, subject }).onConflictDoNothing();
});

/** @throws Refusal sign-in-needed */
export const unfollow = command(followInput, async ({ tx, actor }, { kind, subject }) => {
	const isOwn = sql`${follows.followerId} = (select id from followers where person_id = ${ownId(actor)})`;
	const gone = await tx
		.delete(follows)
		.where(and(isOwn, eq(follows.kind, kind), eq(follows.subject, subject)))
		.returning();
	if (gone[0]) await forgetWaiting(tx, gone[0].followerId, kind, subject);
});

/**
 * Asks an address, by a letter, whether its reader wants to follow something. Nothing is followed before it is confirmed, and the
 * answer is the same whether the address is known or not. Whoever asks is not looked at: nothing leads to a guest or an account.
 * @param letter says it in the reader's language
 * @throws Refusal bad-input, not-found
 */
export async function followByEmail(
	db: Database,
	raw: v.InferInput<typeof followByEmailInput>,
	letter: (token: string, asked: Followed) => Letter,
): Promise<void> {
	const { email, kind, subject, locale } = checked(followByEmailInput, raw);
	await work(db, nobody, async ({ tx }) => {
		const title = await assertThere(tx, nobody, kind, subject);
		const { rows } = await tx.execute<{ id: string }>(sql`
			insert into followers as known (email, locale) values (${email}, ${locale})
			on conflict (email) do update set
				locale = case when known.confirmed_at is null then excluded.locale else known.locale end,
				created_at = case when known.confirmed_at is null then now() else known.created_at end
			returning id`);
		const token = askToken({ follower: rows[0]!.id, kind, subject });
		await writeMail(tx, { ...letter(token, { kind, subject, title }), recipient: email });
	});
}

/** What a letter has asked, for the page that it leads to; null where its token is none of ours or too old, or it is there no more. */
export async function readAsked(db: Reader, token: string): Promise<(Followed & { period: Period }) | null> {
	const asked = readAskToken(token);
	if (!asked) return null;
	const { follower, kind, subject } = asked;
	const title = await titleOf(db, nobody, kind, subject);
	if (title === undefined) return null;
	const [known] = await db.select().from(followers).where(eq(followers.id, follower));
	return { kind, subject, title, period: known?.period ?? 'daily' };
}

/** Confirms what a letter has asked; a second time changes nothing. @throws Refusal link-gone */
export const confirmFollow = command(confirmInput, async ({ tx }, { token, period }) => {
	const asked = readAskToken(token);
	if (!asked) throw new Refusal('link-gone');
	const { follower: id, kind, subject } = asked;
	const found = await tx
		.update(followers)
		.set({ confirmedAt: sql`coalesce(${followers.confirmedAt}, now())`, period })
		.where(eq(followers.id, id))
		.returning();
	if (found.length === 0) throw new Refusal('link-gone');
	await tx.insert(follows).values({ followerId: id, kind, subject }).onConflictDoNothing();
	await moveLetters(tx, id);
});

/** How often letters come, or that none do; what waits goes out with the new period. @throws Refusal sign-in-needed */
export const setPeriod = command(periodInput, async ({ tx, actor }, { period, locale }) => {
	const id = await followerOf(tx, ownId(actor), locale);
	if (period === 'none') return stopFor(tx, id);
	await tx.update(followers).set({ period, locale, confirmedAt: new Date() }).where(eq(followers.id, id));
	await moveLetters(tx, id);
});

/**
 * Ends all letters to whoever got the token in one. An address without an account is forgotten with all that it follows; of an account
 * the list in the app stays. A second time changes nothing. @throws Refusal link-gone for a token that is none of ours
 */
export const stopLetters = command(stopInput, async ({ tx }, { token }) => {
	const id = readStopToken(token);
	if (id === null) throw new Refusal('link-gone');
	await tx.delete(followers).where(and(eq(followers.id, id), sql`${followers.email} is not null`));
	await stopFor(tx, id);
});

/** The same for one thing alone; letters of the others go on. @throws Refusal link-gone */
export const stopOne = command(stopOneInput, async ({ tx }, { token, kind, subject }) => {
	const id = readStopToken(token);
	if (id === null) throw new Refusal('link-gone');
	await tx
		.delete(follows)
		.where(and(eq(follows.followerId, id), eq(follows.kind, kind), eq(follows.subject, subject)));
	await forgetWaiting(tx, id, kind, subject);
});

/** What waits to be written to somebody of one thing is written no more, unless they follow it otherwise too or it is theirs by office. */
async function forgetWaiting(
	tx: Transaction,
	id: string,
	kind: FollowedKind,
	subject: string,
): Promise<void> {
	await tx.execute(sql`
		delete from notices n
		using news w left join concerns c on c.id = w.concern_id left join followups u on u.id = w.followup_id
		where n.news_id = w.id and n.follower_id = ${id} and n.channel in ('email', 'push') and n.done_at is null
			and (${kind} = 'concern' and c.number = ${subject}
				or ${kind} = 'followup' and u.number = ${subject}
				or ${kind} = 'area' and (${subject} in (c.area_id::text, u.area_id::text)
					or exists (select from meeting_areas a where a.meeting_id = w.meeting_id and a.area_id::text = ${subject})
					or exists (select from meeting_invitations i where i.meeting_id = w.meeting_id and i.is_everywhere)))
			and not exists (
				select from follows f where f.follower_id = ${id} and (f.kind = 'everything'
					or f.kind = 'concern' and f.subject = c.number
					or f.kind = 'followup' and f.subject = u.number
					or f.kind = 'area' and (f.subject in (c.area_id::text, u.area_id::text)
						or exists (select from meeting_areas a where a.meeting_id = w.meeting_id and a.area_id::text = f.subject)
						or exists (select from meeting_invitations i where i.meeting_id = w.meeting_id and i.is_everywhere))))
			and not coalesce(u.owner_id = (select r.person_id from followers r where r.id = ${id}), false)`);
}

/** What whoever got a letter with the token follows; nothing where it is none of ours. */
export async function followedByToken(db: Reader, token: string): Promise<Followed[]> {
	const id = readStopToken(token);
	return id === null ? [] : followedOf(db, id);
}

/** What an account follows, newest first, and how often letters come. @throws Refusal sign-in-needed */
export async function readFollowing(
	db: Reader,
	actor: Actor,
): Promise<{ period: PeriodChoice; followed: Followed[] }> {
	const [row] = await db
		.select()
		.from(followers)
		.where(eq(followers.personId, ownId(actor)));
	if (!row) return { period: 'daily', followed: [] };
	return { period: row.confirmedAt ? row.period : 'none', followed: await followedOf(db, row.id) };
}

/** What a follower follows, newest first; what is not public (any more) has no title. */
export async function followedOf(db: Reader, followerId: string): Promise<Followed[]> {
	return db
		.select({
			kind: follows.kind,
			subject: follows.subject,
			title: sql<string>`coalesce(${concerns.title}, ${followups.title}, ${areas.name}, '')`,
		})
		.from(follows)
		.leftJoin(concerns, and(eq(follows.kind, 'concern'), eq(concerns.number, follows.subject)))
		.leftJoin(
			followups,
			and(
				eq(follows.kind, 'followup'),
				eq(followups.number, follows.subject),
				eq(followups.visibility, 'public'),
			),
		)
		.leftJoin(areas, and(eq(follows.kind, 'area'), sql`${areas.id}::text = ${follows.subject}`))
		.where(eq(follows.followerId, followerId))
		.orderBy(sql`${follows.at} desc`, follows.subject);
}

/** Whether the account follows it; nobody without one does. */
export async function isFollowed(
	db: Reader,
	{ account }: Actor,
	kind: FollowedKind,
	subject: string,
): Promise<boolean> {
	if (!account) return false;
	const isOwn = sql`${follows.followerId} = (select id from followers where person_id = ${account.id})`;
	return (await db.$count(follows, and(isOwn, eq(follows.kind, kind), eq(follows.subject, subject)))) > 0;
}

/** @throws Refusal sign-in-needed */
function ownId({ account }: Actor): string {
	if (!account) throw new Refusal('sign-in-needed');
	return account.id;
}

/** The row of an account, made where there is none yet: letters come daily, in the language that somebody asks for them in last. */
async function followerOf(tx: Transaction, personId: string, locale: string): Promise<string> {
	const confirmedAt = new Date();
	const [row] = await tx
		.insert(followers)
		.values({ personId, locale, confirmedAt })
		// Who is told by office has a row without having said in which language; letters that were stopped stay so.
		.onConflictDoUpdate({ target: followers.personId, set: { locale } })
		.returning();
	return row!.id;
}

async function stopFor(tx: Transaction, followerId: string): Promise<void> {
	await tx.update(followers).set({ confirmedAt: null }).where(eq(followers.id, followerId));
	await tx.execute(
		sql`delete from notices where follower_id = ${followerId} and channel = 'email' and done_at is null`,
	);
}

/** What waits to go out does so at the end of the period as it is now. */
async function moveLetters(tx: Transaction, followerId: string): Promise<void> {
	await tx.execute(sql`
		update notices set due_at = ${endOfPeriod(sql`f.period`, new Date())} from followers f
		where f.id = follower_id and f.id = ${followerId} and channel in ('email', 'push') and done_at is null`);
	await tx.execute(sql`select pg_notify('news', '')`);
}

/** @returns its title @throws Refusal not-found, also for what is internal */
async function assertThere(
	tx: Transaction,
	actor: Actor,
	kind: FollowedKind,
	subject: string,
): Promise<string> {
	const title = await titleOf(tx, actor, kind, subject);
	if (title === undefined) throw new Refusal('not-found', 'subject');
	return title;
}

/** The title of what can be followed; undefined where there is no such thing for whoever asks. */
async function titleOf(
	db: Reader,
	actor: Actor,
	kind: FollowedKind,
	subject: string,
): Promise<string | undefined> {
	if (kind === 'everything') return subject === '' ? '' : undefined;
	if (kind === 'concern') {
		const [row] = await db.select().from(concerns).where(eq(concerns.number, subject));
		return row?.title;
	}
	if (kind === 'area') {
		const [row] = await db
			.select()
			.from(areas)
			.where(sql`${areas.id}::text = ${subject}`);
		return row?.name;
	}
	const [row] = await db.select().from(followups).where(eq(followups.number, subject));
	return row && can(actor, 'followup:read', row) ? row.title : undefined;
}
