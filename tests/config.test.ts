// What a wrong setting says: one line for each, in words that lead to a right one.
import { expect, test } from 'vitest';
import { NotReady, readConfig } from '#config';

const sentenceOf = (env: Record<string, string>) => {
	try {
		readConfig(env);
	} catch (error) {
		expect(error).toBeInstanceOf(NotReady);
		return (error as Error).message;
	}
	return 'taken';
};

test.each([
	['PORT', 'abc', 'must be a whole number from 0 to 65535'],
	['PORT', '99999', 'must be a whole number from 0 to 65535'],
	['MEDIA_PORT', '80', 'must be a whole number from 1024 to 65000'],
	['ANSWERS_THAT_COUNT', '1', 'must be a whole number from 2 to 100'],
	['MEDIA_WORKERS', '0', 'must be a whole number from 1 to 16'],
	['TRUST_PROXY', 'yes', 'must be 0 or 1'],
	['LOG_LEVEL', 'loud', 'must be debug, info, warn, error or silent'],
	['SECRET', 'short', 'must have at least 32 characters'],
	['TIME_ZONE', 'Mars', 'is not an IANA time zone such as America/Chicago'],
	['DATABASE_URL', 'mysql://hall', 'must start with postgres://'],
	// Taken for a scheme by the URL standard: every link in mail would have been broken.
	['PUBLIC_URL', 'localhost:3000', 'must be an address such as https://hall.example.gov, without a path'],
	['PUBLIC_URL', 'hall.example.gov', 'must be an address such as https://hall.example.gov, without a path'],
	[
		'PUBLIC_URL',
		'https://example.gov/hall',
		'must be an address such as https://hall.example.gov, without a path',
	],
	[
		'TURN_URLS',
		'turn.example.gov',
		'must be addresses such as turn:turn.example.gov:3478, separated by commas',
	],
	['TURN_URLS', 'turn:turn.example.gov', 'must be set together with TURN_SECRET'],
])('%s=%s: %s', (name, value, sentence) => {
	expect(sentenceOf({ [name]: value })).toBe(`The configuration has a wrong value:\n  ${name}: ${sentence}`);
});

test.each(['https://hall.example.gov', 'https://hall.example.gov/', 'http://localhost:3000'])(
	'PUBLIC_URL=%s is taken',
	(value) => expect(sentenceOf({ PUBLIC_URL: value })).toBe('taken'),
);

test.each([
	'*',
	'www.example.gov',
	'https://www.example.gov/news',
	"https://a.example; script-src 'unsafe-inline'",
])('EMBED_ORIGINS=%s is not taken', (value) => {
	const sentence = 'EMBED_ORIGINS: must be addresses such as https://www.example.gov';
	expect(sentenceOf({ EMBED_ORIGINS: value })).toContain(sentence);
});

test('sites that may frame a map are named one after the other; none is named by itself', () => {
	expect(readConfig({}).EMBED_ORIGINS).toEqual([]);
	expect(
		readConfig({ EMBED_ORIGINS: 'https://www.example.gov/, http://news.example:8080' }).EMBED_ORIGINS,
	).toEqual(['https://www.example.gov', 'http://news.example:8080']);
});
