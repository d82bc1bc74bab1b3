// Programs that come with a token of the configuration instead of a person's session.
import { timingSafeEqual } from 'node:crypto';

/** Whether an `Authorization` header carries the token (RFC 6750); never where none is configured. */
export function isBearer(header: string | null | undefined, token: string | undefined): boolean {
	if (!token || !header) return false;
	const given = Buffer.from(header);
	const wanted = Buffer.from(`Bearer ${token}`);
	return given.length === wanted.length && timingSafeEqual(given, wanted);
}
