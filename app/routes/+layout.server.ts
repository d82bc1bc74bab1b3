// What every page knows: who is signed in (never more than the name and the roles), the city, our address, the chosen colours.
import { readConfig } from '#config';
import { countNews } from '#db/newsReads.ts';
import { database } from '#lib/server/database.ts';
import { themeOf } from '#lib/preferences.ts';

export const load = async ({ locals, cookies, depends }) => {
	depends('following:news');
	const { account } = locals.actor;
	const { CITY_NAME, publicUrl } = readConfig();
	return {
		actor: account && {
			name: account.name || account.email,
			roles: account.roles,
			rolesWait: account.needsSecondFactor ?? false,
		},
		unread: await countNews(database(), locals.actor),
		city: CITY_NAME,
		publicUrl,
		theme: themeOf(cookies),
	};
};
