// The server's secret: signs cookies and makes pseudonyms. It lives beside the database, never in it.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '#config';

const known = new Map<string, string>();

/** SECRET, or the content of `DATA_DIR/secret`, made on first use (mode 0600). */
export function secretOf(config: Pick<Config, 'SECRET' | 'dataDir'>): string {
	if (config.SECRET) return config.SECRET;
	const file = path.join(config.dataDir, 'secret');
	const secret = known.get(file) ?? readOrMake(file);
	known.set(file, secret);
	return secret;
}

function readOrMake(file: string): string {
	mkdirSync(path.dirname(file), { recursive: true });
	try {
		// `wx`: of two processes that start together one makes it and the other reads it.
		writeFileSync(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 });
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
	}
	return readFileSync(file, 'utf8').trim();
}
