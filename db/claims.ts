// Claim codes: four words with which somebody without an account comes back to what they have given.
import { createHmac } from 'node:crypto';
import { wordlist as english } from '@scure/bip39/wordlists/english.js';
import { wordlist as spanish } from '@scure/bip39/wordlists/spanish.js';
import { readConfig } from '#config';
import type { ClaimWords } from '#domain/claims.ts';
import { secretOf } from './secret.ts';

/** Lists of 2,048 short words each, made to be told apart (BIP 39): four of them are 44 bits. */
const lists = { en: english, es: spanish };
const howMany = 4;

/**
 * The claim code of something: always the same, and stored nowhere. @param about what it is of, such as `pin:<id>`
 * @param language in whose words
 */
export function claimOf(about: string, language: keyof typeof lists): string {
	return numbersOf(about)
		.map((number) => lists[language][number])
		.join(' ');
}

/** The claim code in both languages, for a browser that shows it in its own. */
export const claimWords = (about: string): ClaimWords => ({
	en: claimOf(about, 'en'),
	es: claimOf(about, 'es'),
});

/** What is kept to find it again. */
export const claimDigestOf = (about: string): string => digest(numbersOf(about));

/** The digest of words as a person types them, in either language, with or without accents; null when they are no claim code. */
export function readClaim(typed: string): string | null {
	const words = plain(typed)
		.split(/[^a-z]+/)
		.filter(Boolean);
	if (words.length !== howMany) return null;
	for (const list of Object.values(numbers())) {
		const found = words.map((word) => list.get(word));
		if (found.every((number) => number !== undefined)) return digest(found);
	}
	return null;
}

function numbersOf(about: string): number[] {
	const bytes = hmac(`claim\0${about}`);
	return Array.from({ length: howMany }, (_, at) => bytes.readUInt16BE(at * 2) % 2_048);
}

const digest = (found: number[]) => hmac(`claim digest\0${found.join(' ')}`).toString('base64url');

function hmac(text: string): Buffer {
	return createHmac('sha256', secretOf(readConfig())).update(text).digest();
}

/** Small letters without accents. */
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

let known: Record<keyof typeof lists, Map<string, number>> | undefined;
function numbers() {
	const numbered = (list: string[]) => new Map(list.map((word, at) => [plain(word), at]));
	return (known ??= { en: numbered(english), es: numbered(spanish) });
}
