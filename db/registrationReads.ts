// What is read of registrations: numbers for everybody, the list for the desk.
import { and, asc, eq } from 'drizzle-orm';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import type {
	Registering,
	RegistrationAnswers,
	RegistrationState,
	RegistrationWay,
} from '#domain/registrations.ts';
import type { Reader } from './client.ts';
import { freePlaces, noSetUp, readSetUp } from './roomPlaces.ts';
import { registrations } from './schema/index.ts';

/** How a meeting takes registrations, and how many places are free; a meeting that takes none is closed. */
export async function registeringOf(db: Reader, meetingId: string): Promise<Registering> {
	const { isOpen, places, asks } = (await readSetUp(db, meetingId)) ?? noSetUp;
	const isWaiting = and(eq(registrations.meetingId, meetingId), eq(registrations.state, 'waiting'));
	const waiting = await db.$count(registrations, isWaiting);
	const free = await freePlaces(db, { meetingId, places });
	return { isOpen, places, asks: [...asks], free, waiting };
}

export type DeskRegistration = {
	id: string;
	email: string;
	way: RegistrationWay;
	state: RegistrationState;
	answers: RegistrationAnswers;
	registeredAt: string;
};

/** Who has registered, in the order they came; with the set-up of it. @throws Refusal sign-in-needed, forbidden */
export async function registrationsForDesk(
	db: Reader,
	actor: Actor,
	meetingId: string,
): Promise<{ reminders: number[]; registrations: DeskRegistration[] }> {
	authorize(actor, 'registration:read');
	const rows = await db
		.select()
		.from(registrations)
		.where(eq(registrations.meetingId, meetingId))
		.orderBy(asc(registrations.place));
	return {
		reminders: [...((await readSetUp(db, meetingId)) ?? noSetUp).reminders],
		registrations: rows.map(({ id, email, way, state, answers, registeredAt }) => ({
			...{ id, email, way, state, answers },
			registeredAt: registeredAt.toISOString(),
		})),
	};
}
