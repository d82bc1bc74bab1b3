// What every page knows: who is signed in (never more than the name and the roles), the city, the chosen colours.
import { readConfig } from '#config';
import { themeOf } from '#lib/preferences.ts';

export const load = ({ locals, cookies }) => {
	const { account } = locals.actor;
	return {
		actor: account && { name: account.name, roles: account.roles },
		city: readConfig().CITY_NAME,
		theme: themeOf(cookies),
	};
};
