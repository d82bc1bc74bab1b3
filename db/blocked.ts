// Whether somebody takes no part in a meeting. How it comes to that, and ends, stands in blocks.ts.
import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Reader } from './client.ts';
import { blocks } from './schema/index.ts';

/** Whether any of a person's pseudonyms is blocked in the meeting. */
export async function isBlocked(tx: Reader, meetingId: string, pseudonyms: string[]): Promise<boolean> {
	if (pseudonyms.length === 0) return false;
	const rows = await tx
		.select({ id: blocks.id })
		.from(blocks)
		.where(
			and(eq(blocks.meetingId, meetingId), inArray(blocks.pseudonym, pseudonyms), isNull(blocks.liftedAt)),
		)
		.limit(1);
	return rows.length > 0;
}
