// What nobody needs any more goes: it is no history, and what is not kept cannot leak. What belongs to a meeting goes in retention.ts.
import { sql } from 'drizzle-orm';
import type { Database } from './client.ts';

const outdated = [
	sql`delete from done_commands where at < now() - interval '1 day'`,
	sql`delete from sessions where expires_at < now()`,
	sql`delete from verifications where expires_at < now()`,
	sql`delete from used_codes where used_at < now() - interval '1 hour'`,
	// A device is told of meetings until the day after, and forgotten when it wants to be told of nothing else.
	sql`delete from push_wishes where meeting_id in (select id from meetings where ends_at < now() - interval '1 day')`,
	sql`delete from push_devices d where person_id is null and not exists (select from push_wishes where device_id = d.id)`,
	sql`delete from push_messages where coalesce(done_at, asked_at) < now() - interval '90 days'`,
	// Delivered mail holds links and addresses; a week is enough to find out why one did not arrive.
	sql`delete from mails where written_at < now() - interval '7 days'`,
	// Whoever has not confirmed an address by now did not mean it, or was not asked.
	sql`delete from followers where email is not null and confirmed_at is null and created_at < now() - interval '3 days'`,
	sql`delete from report_letters where done_at < now() - interval '90 days'`,
	// Who is invited to a meeting is known until it begins: nobody is invited twice.
	sql`delete from notices where done_at < now() - interval '90 days' and not exists (
		select from news w join meetings m on m.id = w.meeting_id where w.id = news_id and m.starts_at > now())`,
	// What nobody has looked at in a year is read nowhere any more: the page shows the newest.
	sql`delete from notices where channel = 'in-app' and due_at < now() - interval '365 days'`,
	sql`delete from news where at < now() - interval '90 days' and not exists (select from notices where news_id = news.id)`,
];

/** Deletes repeated-command keys after a day, what has expired, mail after a week and news after 90 days. */
export async function cleanUp(db: Database): Promise<void> {
	for (const statement of outdated) await db.execute(statement);
}
