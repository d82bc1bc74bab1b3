// Claim codes as a browser handles them: four words, in both languages, and the address that carries them in its fragment.

/** The four words of one claim code, in each language; either opens it. */
export type ClaimWords = { en: string; es: string };

/** Where a claim code is opened. After the `#` nothing is sent to a server, so the words reach no log. @param site `https://hub.example.org` */
export const claimAddress = (site: string, words: string): string =>
	`${site}/claim#${plain(words).split(' ').join('-')}`;

/** The words in the fragment of such an address; null where it carries none. @param fragment `#word-word-word-word` */
export function wordsInFragment(fragment: string): string | null {
	const found = /^#([a-z]+(?:-[a-z]+){3})$/.exec(fragment);
	return found ? found[1]!.replaceAll('-', ' ') : null;
}

/** Small letters without accents: no address needs to write them in another way. */
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
