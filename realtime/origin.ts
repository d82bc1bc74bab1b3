// Whether a line was opened by one of our own pages.
import type { Config } from '#config';

/** Sockets carry cookies whatever page opened them, so only our own pages may (RFC 6455 §10.2). */
export function isOurOrigin(
	origin: string | undefined,
	host: string | undefined,
	config: Pick<Config, 'publicUrl' | 'NODE_ENV'>,
): boolean {
	if (!origin) return false;
	if (origin === new URL(config.publicUrl).origin) return true;
	// On a developer's machine any name that leads here will do, as long as page and socket have the same.
	return !config.publicUrl.startsWith('https:') && origin === `http://${host}`;
}
