// The audit, for admins.
import { readAudit } from '#db/audit.ts';
import { shared } from '#lib/server/database.ts';

export const load = async ({ locals, url }) => {
	const { db, config } = shared();
	const before = Number.parseInt(url.searchParams.get('before') ?? '', 10) || undefined;
	return { ...(await readAudit(db, locals.actor, before)), zone: config.TIME_ZONE };
};
