import { keptDays } from '#db/retention.ts';
import { database, shared } from '#lib/server/database.ts';

export const load = async () => ({
	days: await keptDays(database()),
	feedbackDays: shared().config.FEEDBACK_DAYS,
});
