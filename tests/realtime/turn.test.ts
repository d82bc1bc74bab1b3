// Names and passwords for TURN servers: the arithmetic that coturn does as well, and nothing where there is no server.
import { expect, test } from 'vitest';
import { iceServersFor, turnPassword } from '#realtime/turn.ts';

test.each([
	// RFC 2202, test cases 2 and 3 for HMAC-SHA-1, whose keys are text or can be.
	['Jefe', 'what do ya want for nothing?', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
	['\u000b'.repeat(20), 'Hi There', 'b617318655057264e28bc0b6fb378c8ef146be00'],
])('the password is the HMAC-SHA1 of the name', (secret, username, digest) => {
	expect(turnPassword(secret, username)).toBe(Buffer.from(digest, 'hex').toString('base64'));
});

test('a browser gets a name that ends after twelve hours, another one each time', () => {
	const config = { TURN_URLS: ['turn:turn.example.gov:3478'], TURN_SECRET: 'north' };
	const [one] = iceServersFor(config, 1_700_000_000_000);
	const [other] = iceServersFor(config, 1_700_000_000_000);
	expect(one).toMatchObject({ urls: ['turn:turn.example.gov:3478'] });
	expect(one!.username).toMatch(/^1700043200:[0-9a-f]{16}$/);
	expect(one!.credential).toBe(turnPassword('north', one!.username));
	expect(other!.username).not.toBe(one!.username);
});

test('without a TURN server, or without its secret, nothing is handed out', () => {
	expect(iceServersFor({ TURN_URLS: undefined, TURN_SECRET: 'north' })).toEqual([]);
	expect(iceServersFor({ TURN_URLS: ['turn:turn.example.gov'], TURN_SECRET: undefined })).toEqual([]);
});
