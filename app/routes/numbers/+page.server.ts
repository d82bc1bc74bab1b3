import { readAreas } from '#db/areas.ts';
import { firstMonth } from '#db/followupNumbers.ts';
import { monthsOf, periodOf } from '#domain/honestNumbers.ts';
import { database, shared } from '#lib/server/database.ts';
import { numbersAt } from '#lib/server/honestNumbers.ts';

export const load = async ({ url }) => {
	const numbers = await numbersAt(url);
	const first = await firstMonth(database(), shared().config.TIME_ZONE);
	const earliest = first !== null && first < numbers.from ? first : numbers.from;
	const { from, until } = periodOf({ from: earliest, until: null }, numbers.today);
	const areas = (await readAreas(database())).map(({ id, name }) => ({ id, name }));
	return { numbers, choices: { months: monthsOf(from, until).reverse(), areas } };
};
