// The outbox, for whoever develops or tries the demo town. Anywhere else it does not exist: it holds links that sign people in.
import { error } from '@sveltejs/kit';
import { isMailShown, readMails } from '#db/mail.ts';
import { shared } from '#lib/server/database.ts';

export const load = async () => {
	const { db, config } = shared();
	if (!isMailShown(config)) error(404);
	return { mails: await readMails(db), zone: config.TIME_ZONE };
};
