// Letters of news: what has come for a follower goes into one, in the transaction that notes it as told. Sending is db/mail.ts's.
import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import { readConfig } from '#config';
import type { Followed, NewsItem } from '#domain/following.ts';
import { system } from '#domain/people.ts';
import type { Database, Transaction } from './client.ts';
import { work } from './command.ts';
import { followedOf } from './followers.ts';
import { stopToken } from './letterTokens.ts';
import { writeMail, type Letter } from './mail.ts';
import { isStillToCome, newsBy, shown } from './newsReads.ts';
import { notices } from './schema/index.ts';

/** One letter's worth. `isOfCity`: whether its reader acts for the city; `stop`: the address that ends the letters. */
export type Digest = {
	locale: string;
	news: NewsItem[];
	followed: Followed[];
	isOfCity: boolean;
	stop: string;
};

/** So much goes into one letter; the rest into the next. */
const newsInLetter = 200;

/**
 * Writes a letter to each follower for whom something is due. News is put into a letter exactly once, however many processes write
 * and whenever one of them dies; the letter then goes out at least once.
 * @param write puts it into words, in the follower's language
 * @returns how many letters were written
 */
export async function gatherLetters(
	db: Database,
	write: (digest: Digest) => Letter,
	now = new Date(),
): Promise<number> {
	const { rows } = await db.execute<{ id: string }>(sql`
		select distinct follower_id as id from notices
		where channel = 'email' and done_at is null and due_at <= ${now}`);
	let written = 0;
	const troubles: unknown[] = [];
	// A letter that cannot be written must not hold up those to others.
	for (const { id } of rows)
		await gather(db, id, write, now).then(
			(isWritten) => (written += Number(isWritten)),
			(trouble: unknown) => troubles.push(trouble),
		);
	if (troubles.length > 0) throw troubles[0];
	return written;
}

/** Where the letters of a follower are ended. */
export const stopAddress = (followerId: string): string =>
	`${readConfig().publicUrl}/following/stop?token=${stopToken(followerId)}`;

async function gather(
	db: Database,
	followerId: string,
	write: (digest: Digest) => Letter,
	now: Date,
): Promise<boolean> {
	return work(db, system, async ({ tx }) => {
		const reader = await lockReader(tx, followerId);
		if (!reader) return false;
		const isDue = and(
			eq(notices.followerId, followerId),
			eq(notices.channel, 'email'),
			isNull(notices.doneAt),
			lte(notices.dueAt, now),
		);
		const taken = await tx
			.select({ newsId: notices.newsId })
			.from(notices)
			.where(isDue)
			.orderBy(notices.newsId)
			.limit(newsInLetter)
			.for('update', { skipLocked: true });
		if (taken.length === 0) return false;
		const isTaken = and(
			isDue,
			inArray(
				notices.newsId,
				taken.map(({ newsId }) => newsId),
			),
		);
		const news = shown(
			await newsBy(tx, and(isTaken, isStillToCome(now)), reader.isOfCity).orderBy(notices.newsId),
		);
		await tx.update(notices).set({ doneAt: now }).where(isTaken);
		if (news.length === 0) return false;
		const stop = stopAddress(followerId);
		const { locale, isOfCity } = reader;
		const letter = write({ locale, news, followed: await followedOf(tx, followerId), isOfCity, stop });
		await writeMail(tx, { ...letter, recipient: reader.recipient, unsubscribe: stop });
		return true;
	});
}

/** Whoever wants letters, locked: two processes must not make two letters of what belongs into one. */
async function lockReader(tx: Transaction, followerId: string) {
	// Not `for update`: that would hold up every change that tells this follower something.
	const { rows } = await tx.execute<{ locale: string; recipient: string; isOfCity: boolean }>(sql`
		select f.locale, coalesce(f.email, p.email) as recipient, exists (
			select from person_roles r where r.person_id = p.id and r.role in ('staff', 'moderator')) as "isOfCity"
		from followers f left join people p on p.id = f.person_id
		where f.id = ${followerId} and f.confirmed_at is not null
		for no key update of f skip locked`);
	return rows[0];
}
