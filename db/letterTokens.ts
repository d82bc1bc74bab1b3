// The tokens in letters to followers and to those who have registered: signed with the server's secret and stored nowhere. They name a row, never an address.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readConfig } from '#config';
import type { FollowedKind } from '#domain/following.ts';
import { secretOf } from './secret.ts';

/** So long a letter that asks can be answered; afterwards the address is forgotten. */
export const confirmDays = 3;

type Asked = { follower: string; kind: FollowedKind; subject: string };

/** Of the letter that asks whether somebody wants to follow something. @param now milliseconds since 1970 */
export function askToken({ follower, kind, subject }: Asked, now = Date.now()): string {
	return signed('follow', [follower, kind, subject, now + confirmDays * 86_400_000]);
}

/** What was asked; null where the token is none of ours, or too old. */
export function readAskToken(token: string): Asked | null {
	const parts = opened('follow', token);
	if (!parts || Number(parts[3]) < Date.now()) return null;
	const [follower, kind, subject] = parts as [string, FollowedKind, string];
	return { follower, kind, subject };
}

/** Of every letter: ends them. It does not grow old. */
export const stopToken = (follower: string): string => signed('stop', [follower]);

/** Whose letters a token ends; null where it is none of ours. */
export function readStopToken(token: string): string | null {
	const parts = opened('stop', token);
	return parts ? String(parts[0]) : null;
}

/** Of letters to somebody who has registered: opens the page where they change or cancel that. It does not grow old. */
export const registrationToken = (registration: string): string => signed('registration', [registration]);

/** Whose registration a token opens; null where it is none of ours. */
export function readRegistrationToken(token: string): string | null {
	const parts = opened('registration', token);
	return parts ? String(parts[0]) : null;
}

/** Of a letter with a report: ends these. It names a mark (`noReportsMark`) and does not grow old. */
export const noReportsToken = (mark: string): string => signed('no-reports', [mark]);

/** Whose reports a token ends; null where it is none of ours. */
export function readNoReportsToken(token: string): string | null {
	const parts = opened('no-reports', token);
	return parts ? String(parts[0]) : null;
}

function signed(purpose: string, parts: (string | number)[]): string {
	const body = Buffer.from(JSON.stringify(parts)).toString('base64url');
	return `${body}.${signatureOf(purpose, body).toString('base64url')}`;
}

function opened(purpose: string, token: string): unknown[] | null {
	const [body = '', signature = ''] = token.split('.');
	const given = Buffer.from(signature, 'base64url');
	const right = signatureOf(purpose, body);
	if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
	return JSON.parse(Buffer.from(body, 'base64url').toString()) as unknown[];
}

function signatureOf(purpose: string, body: string): Buffer {
	return createHmac('sha256', secretOf(readConfig())).update(`letter ${purpose}\0${body}`).digest();
}
