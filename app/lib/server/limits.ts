// How often something may be tried from one network address, or for one mail address. Kept in this process's memory, by a digest
// whose key is forgotten at the next start: never stored, never logged.
import { createHmac, randomBytes } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { RequestEvent } from '@sveltejs/kit';
import { Refusal } from '#domain/errors.ts';

const key = randomBytes(32);
const minute = 60;

// A school's gym or a library shares one address: these are for machines, not for a room full of people.
const limits = {
	guestsFromHere: new RateLimiterMemory({ keyPrefix: 'guests', points: 1_000, duration: 10 * minute }),
	signInsFromHere: new RateLimiterMemory({ keyPrefix: 'from', points: 300, duration: 5 * minute }),
	signInsOfPerson: new RateLimiterMemory({ keyPrefix: 'of', points: 10, duration: 10 * minute }),
	mailsFromHere: new RateLimiterMemory({ keyPrefix: 'mails', points: 60, duration: 10 * minute }),
	mailsToPerson: new RateLimiterMemory({ keyPrefix: 'to', points: 5, duration: 15 * minute }),
	codesOfPerson: new RateLimiterMemory({ keyPrefix: 'codes', points: 5, duration: 5 * minute }),
	photosFromHere: new RateLimiterMemory({ keyPrefix: 'photos', points: 600, duration: 10 * minute }),
	pinsFromHere: new RateLimiterMemory({ keyPrefix: 'pins', points: 600, duration: 10 * minute }),
	claimsFromHere: new RateLimiterMemory({ keyPrefix: 'claims', points: 60, duration: 10 * minute }),
	answersFromHere: new RateLimiterMemory({ keyPrefix: 'answers', points: 300, duration: 10 * minute }),
	arrivalsFromHere: new RateLimiterMemory({ keyPrefix: 'arrivals', points: 300, duration: 10 * minute }),
	papersFromHere: new RateLimiterMemory({ keyPrefix: 'papers', points: 300, duration: 10 * minute }),
	pushesFromHere: new RateLimiterMemory({ keyPrefix: 'pushes', points: 300, duration: 10 * minute }),
	registrationsFromHere: new RateLimiterMemory({ keyPrefix: 'places', points: 300, duration: 10 * minute }),
	invitationsFromHere: new RateLimiterMemory({ keyPrefix: 'invited', points: 60, duration: 10 * minute }),
};
export type Limit = keyof typeof limits;

/** Counts one try and says whether it is within the limit. */
export async function isWithinLimit(limit: Limit, who: string): Promise<boolean> {
	try {
		await limits[limit].consume(digestOf(who));
		return true;
	} catch (error) {
		if (error instanceof RateLimiterRes) return false;
		throw error;
	}
}

/** Forgets the tries so far: the last one was right. */
export async function forgiveTries(limit: Limit, who: string): Promise<void> {
	await limits[limit].delete(digestOf(who));
}

/** Counts one try. @throws Refusal too-fast */
export async function withinLimit(limit: Limit, who: string): Promise<void> {
	if (!(await isWithinLimit(limit, who))) throw new Refusal('too-fast');
}

/** The network address a request comes from; where the server cannot tell, all are counted together. */
export function addressOf(event: Pick<RequestEvent, 'getClientAddress'>): string {
	try {
		return event.getClientAddress();
	} catch {
		return 'unknown';
	}
}

function digestOf(who: string): string {
	return createHmac('sha256', key).update(who.trim().toLowerCase()).digest('base64url');
}
