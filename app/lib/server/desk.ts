// For whom the pages of the desk are there.
import { Refusal } from '#domain/errors.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';

/**
 * For whom a page of the desk is not, it is not there; who has not signed in, or not wholly, hears that this is missing.
 * @throws Refusal not-found, sign-in-needed, second-factor-needed
 */
export function assertDesk(
	actor: Actor,
	verb: 'map:run' | 'pin:vet' | 'activity:record' | 'document:restore' | 'followup:board' | 'concern:capture',
): void {
	if (can(actor, verb)) return;
	if (actor.account && !actor.account.needsSecondFactor) throw new Refusal('not-found');
	authorize(actor, verb);
}
