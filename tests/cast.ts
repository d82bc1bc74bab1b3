// The people of the tests: maria and tom live here, dana moderates, sam is staff, ada is admin, rosa writes captions, nobody has not signed in.
import type { Actor, Role } from '#domain/people.ts';
import type { Database } from '#db/client.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { goLive, publishMeeting, setSwitches } from '#db/meetings.ts';
import { personRoles, people } from '#db/schema/index.ts';
import type { MeetingInput, Switches } from '#domain/meetings.ts';

function account(id: string, name: string, roles: Role[] = []): Actor {
	return { guest: `guest-secret-of-${id}`, account: { id, name, email: `${id}@example.org`, roles } };
}

export const maria = account('maria', 'Maria Ortega');
export const tom = account('tom', 'Tom Becker');
export const dana = account('dana', 'Dana Reyes', ['moderator']);
export const sam = account('sam', 'Sam Okafor', ['staff']);
export const ada = account('ada', 'Ada Lindqvist', ['admin']);
export const rosa = account('rosa', 'Rosa Quintero', ['captioner']);
/** A second moderator, for the tests that need one: `settle(db, [noor])`. */
export const noor = account('noor', 'Noor Haddad', ['moderator']);
export const cast = { maria, tom, dana, sam, ada, rosa };

/** A guest whose browser has been around for a while. */
export function guest(name: string): Actor {
	return { guest: `guest-secret-of-${name}`, guestSince: Date.now() - 3_600_000, account: null };
}

/** Puts the cast's accounts into a database, with their roles. */
export async function settle(db: Database, actors: Actor[] = Object.values(cast)): Promise<void> {
	for (const { account } of actors) {
		const { id, name, email, roles } = account!;
		await db.insert(people).values({ id, name, email, emailVerified: true }).onConflictDoNothing();
		for (const role of roles)
			await db.insert(personRoles).values({ personId: id, role }).onConflictDoNothing();
	}
}

export const anEvening: MeetingInput = {
	title: 'Town hall on Elm Street',
	description: 'Speeding, lights and the new crossing.',
	startsAtLocal: '2026-12-03T18:30',
	endsAtLocal: '2026-12-03T20:00',
	timeZone: 'America/Chicago',
	placeKind: 'online',
	languages: ['en'],
	agenda: [{ title: 'Welcome', minutes: 10 }],
};

/** A live meeting of dana's; questions are published at once unless `vetting` is asked for. */
export async function liveMeeting(
	db: Database,
	switches: Partial<Switches> = {},
): Promise<{ id: string; slug: string }> {
	const { id, slug } = await createMeeting(db, dana, anEvening);
	await publishMeeting(db, dana, { meetingId: id });
	await goLive(db, dana, { meetingId: id });
	await setSwitches(db, dana, { meetingId: id, vetting: false, ...switches });
	return { id, slug };
}
