// Words of registrations.
import type {
	RegistrationAnswers,
	RegistrationAsk,
	RegistrationState,
	RegistrationWay,
	Travel,
} from '#domain/registrations.ts';
import { m } from '#lib/paraglide/messages.js';

export const wayWords: Record<RegistrationWay, () => string> = {
	room: m.registration_way_room,
	online: m.registration_way_online,
};
export const stateWords: Record<RegistrationState, () => string> = {
	confirmed: m.registration_state_confirmed,
	waiting: m.registration_state_waiting,
	offered: m.registration_state_offered,
	cancelled: m.registration_state_cancelled,
	lapsed: m.registration_state_lapsed,
};
export const travelWords: Record<Travel, () => string> = {
	foot: m.registration_travel_foot,
	bicycle: m.registration_travel_bicycle,
	bus: m.registration_travel_bus,
	car: m.registration_travel_car,
	'needs-ride': m.registration_travel_ride,
};
export const askWords: Record<RegistrationAsk, () => string> = {
	language: m.desk_registration_ask_language,
	interpreter: m.desk_registration_ask_interpreter,
	access: m.desk_registration_ask_access,
	childcare: m.desk_registration_ask_childcare,
	travel: m.desk_registration_ask_travel,
};

/** What somebody has said beside their address, in one line each. */
export function needsOf({ language, interpreter, access, childcare, travel }: RegistrationAnswers): string[] {
	return [
		language,
		interpreter && m.desk_registration_interpreter_yes(),
		access,
		childcare && m.desk_registration_children({ count: childcare }),
		travel && travelWords[travel](),
	].filter((one): one is string => Boolean(one));
}
