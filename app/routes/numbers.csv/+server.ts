// The honest numbers for spreadsheets; `?table=ended` and `?table=waiting` are the lists below them.
import { Refusal } from '#domain/errors.ts';
import { numbersTables } from '#domain/honestNumbers.ts';
import { numbersAt, numbersFile } from '#lib/server/honestNumbers.ts';

export const GET = async ({ request, url }) => {
	const asked = url.searchParams.get('table') ?? 'numbers';
	if (!Object.hasOwn(numbersTables, asked)) throw new Refusal('not-found');
	const table = asked as keyof typeof numbersTables;
	const name = table === 'numbers' ? 'numbers.csv' : `numbers-${table}.csv`;
	return numbersFile({ request }, numbersTables[table](await numbersAt(url)), { type: 'text/csv', name });
};
