// Where a meeting is found: its address, made from the title, and the code of its short link.
import { eq, like, or, sql } from 'drizzle-orm';
import { randomInt } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import { violatedConstraint, type Transaction } from './client.ts';
import { meetings } from './schema/index.ts';

/**
 * The address and code of a new meeting.
 * @param chosen the address a moderator has typed; else one like `wish` that is free
 * @throws Refusal slug-taken for one that has a meaning of its own
 */
export async function newAddress(
	tx: Transaction,
	chosen: string | undefined,
	wish: string,
): Promise<{ slug: string; code: string }> {
	// One at a time: two moderators who plan the same evening at once get two addresses.
	await tx.execute(sql`select pg_advisory_xact_lock(hashtext('meeting addresses'))`);
	if (chosen !== undefined) assertUsable(chosen);
	return { slug: chosen ?? (await freeSlug(tx, wish)), code: await freeCode(tx) };
}

/** @throws Refusal slug-taken when the query gives a meeting an address that another has */
export async function unlessTaken<T>(query: Promise<T>): Promise<T> {
	try {
		return await query;
	} catch (error) {
		if (violatedConstraint(error) === 'meetings_slug_unique') throw new Refusal('slug-taken', 'slug');
		throw error;
	}
}

/** `/desk/meetings/new` is the form for a new one. @throws Refusal slug-taken */
export function assertUsable(slug: string): void {
	if (slug === 'new') throw new Refusal('slug-taken', 'slug');
}

async function freeSlug(tx: Transaction, wish: string): Promise<string> {
	const taken = await tx
		.select({ slug: meetings.slug })
		.from(meetings)
		.where(or(eq(meetings.slug, wish), like(meetings.slug, `${wish}-%`)));
	const slugs = new Set(taken.map(({ slug }) => slug));
	if (!slugs.has(wish)) return wish;
	for (let n = 2; ; n++) if (!slugs.has(`${wish}-${n}`)) return `${wish}-${n}`;
}

// Letters and digits that are not mistaken for one another on a poster.
const codeAlphabet = '23456789abcdefghjkmnpqrstuvwxyz';

async function freeCode(tx: Transaction): Promise<string> {
	const code = Array.from({ length: 6 }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join('');
	return (await tx.$count(meetings, eq(meetings.code, code))) === 0 ? code : freeCode(tx);
}
