// The honest numbers for programs: what domain/honestNumbers.ts describes.
import { numbersAt, numbersFile } from '#lib/server/honestNumbers.ts';

export const GET = async ({ request, url }) => {
	const text = `${JSON.stringify(await numbersAt(url), null, '\t')}\n`;
	return numbersFile({ request }, text, { type: 'application/json' });
};
