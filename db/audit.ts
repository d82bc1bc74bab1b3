// The audit: what people of the city did in their office.
import { desc, eq, lt } from 'drizzle-orm';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import type { Reader } from './client.ts';
import { audit, people } from './schema/index.ts';

export const actsPerPage = 100;

/** One page of the audit, newest first; `before` is the number of the last act already seen. */
export async function readAudit(db: Reader, actor: Actor, before?: number) {
	authorize(actor, 'audit:read');
	const rows = await db
		.select({
			id: audit.id,
			at: audit.at,
			verb: audit.verb,
			subject: audit.subject,
			detail: audit.detail,
			by: people.name,
		})
		.from(audit)
		.leftJoin(people, eq(people.id, audit.personId))
		.where(before ? lt(audit.id, before) : undefined)
		.orderBy(desc(audit.id))
		.limit(actsPerPage + 1);
	return { acts: rows.slice(0, actsPerPage), hasMore: rows.length > actsPerPage };
}
