// The people of the demo town who have accounts.
import type { Actor, Role } from '#domain/people.ts';

/** Who can be signed in as in the demo town. */
export const townspeople = {
	maria: ['Maria Ortega', []],
	tom: ['Tom Becker', []],
	dana: ['Dana Reyes', ['moderator']],
	sam: ['Sam Okafor', ['staff']],
	ada: ['Ada Lindqvist', ['admin']],
} as const satisfies Record<string, readonly [name: string, roles: readonly Role[]]>;
export type Townspeople = Record<keyof typeof townspeople, Actor>;
