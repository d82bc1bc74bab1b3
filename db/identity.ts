// Pseudonyms: how acts of one person in one meeting are known to be theirs, while two meetings cannot be joined.
import { createHash, createHmac } from 'node:crypto';
import { readConfig } from '#config';
import type { Actor } from '#domain/people.ts';
import { secretOf } from './secret.ts';

/** What a pseudonym is for: an attendance or a check-in cannot be joined with a question or a vote, even within a meeting. */
type Purpose = 'take-part' | 'attend' | 'room' | 'board' | 'map' | 'minutes' | 'feedback';

/** A person in one meeting, or in one map round. */
export type Pseudonyms = {
	/** Signs what is asked anonymously: made from the browser's guest secret, which is stored nowhere. */
	guest: string | null;
	/** Signs votes and named questions of a signed-in person. */
	account: string | null;
	/** Both, without nulls: what counts as the same person here (own questions, blocks, second votes). */
	all: string[];
};

/** Makes the actor's pseudonyms in a meeting or a map round (by its id): HMAC-SHA-256 under SECRET, cut to 128 bits. */
export function pseudonymsIn(meetingId: string, actor: Actor, purpose: Purpose = 'take-part'): Pseudonyms {
	const guest = actor.guest && digest(purpose, 'guest', meetingId, actor.guest);
	const account = actor.account && digest(purpose, 'account', meetingId, actor.account.id);
	return { guest, account, all: [guest, account].filter((p) => p !== null) };
}

/**
 * Signs an answer to "is it fixed?": the same person is known by it in one claim of one follow-up, and nowhere else.
 * @param who what they have asked (`question:<id>`), or their pseudonym where they support it
 */
export const answererIn = (followupId: string, claim: number, who: string): string =>
	digest('answer', followupId, String(claim), who);

/**
 * Marks a person's ballot in an open poll, so that they can change it. Without SECRET nobody can make it of a pseudonym; without the
 * poll's key, which goes when the poll is closed, nobody can at all.
 */
export const ballotMark = (pollKey: string, pseudonym: string): string =>
	digest('ballot', pollKey, pseudonym);

/** Marks who a report is sent to: the same address is known by it in one meeting, and nowhere else. */
export const reportMark = (meetingId: string, email: string): string =>
	digest('report', meetingId, email.toLowerCase());

/** Marks an address whose reader wants no reports any more. */
export const noReportsMark = (email: string): string => digest('no-reports', email.toLowerCase());
/** Marks a person's answer in an open feedback, and, by `was-there`, a visit that still entitles to one; gone with the feedback's key. */
export const feedbackMark = (key: string, kind: 'answer' | 'was-there', pseudonym: string): string =>
	digest('feedback', kind, key, pseudonym);
/** Whose browser a device for short messages is (db/push.ts). It is found nowhere else: no question or vote can be joined with it. */
export const pushOwnerOf = (guest: string): string => digest('push', guest);

/** Key of a client-made command id: the same id sent by somebody else is another command. */
export function commandKey(actor: Actor, id: string): string {
	return createHash('sha256')
		.update(`${actor.account?.id ?? ''}\0${actor.guest ?? ''}\0${id}`)
		.digest('base64url');
}

function digest(...parts: string[]): string {
	return createHmac('sha256', secretOf(readConfigOnce()))
		.update(parts.join('\0'))
		.digest()
		.subarray(0, 16)
		.toString('base64url');
}

let config: ReturnType<typeof readConfig> | undefined;
function readConfigOnce() {
	return (config ??= readConfig());
}
