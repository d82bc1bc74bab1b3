// What somebody comes back to with the words of a claim code: their pin, what became of it, what was done.
import { eq } from 'drizzle-orm';
import type { Activity } from '#domain/activities.ts';
import { Refusal } from '#domain/errors.ts';
import type { OwnPin } from '#domain/pins.ts';
import type { Round } from '#domain/rounds.ts';
import { activitiesFor } from './activities.ts';
import { readClaim } from './claims.ts';
import type { Reader } from './client.ts';
import { ownPin } from './pinReads.ts';
import { readRound } from './rounds.ts';
import { pins } from './schema/index.ts';

export type Claimed = { round: Round; pin: OwnPin; activities: Activity[] };

/**
 * The pin of a claim code. Whoever has the words sees it as its author does.
 * @param words as they were typed
 * @throws Refusal claim-unknown: no code, or one of nothing; the answer is the same
 */
export async function readClaimed(db: Reader, words: string): Promise<Claimed> {
	const digest = readClaim(words);
	const [pin] = digest === null ? [] : await db.select().from(pins).where(eq(pins.claim, digest));
	const round = pin && (await readRound(db, pin.roundId));
	if (!round) throw new Refusal('claim-unknown', 'words');
	return { round, pin: await ownPin(db, pin), activities: await activitiesFor(db, pin.id) };
}
