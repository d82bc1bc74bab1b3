// Mail: written in the transaction of the change it tells of, sent afterwards, tried again when the mail server is away.
import { desc, eq, sql } from 'drizzle-orm';
import { setTimeout as pause } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import type { Config } from '#config';
import type { Database, Reader, Transaction } from './client.ts';
import { mails } from './schema/index.ts';
import { isDemoTown } from './sessions.ts';

/** What is said, in the reader's language. */
export type Letter = {
	subject: string;
	text: string;
	html: string;
	/** An entry for the reader's calendar that goes with it. */
	calendar?: { method: string; text: string };
};

/** Seconds until the next try, by the number of tries made; after the last one it is given up. */
const pauses = [30, 120, 600, 1_800, 7_200, 21_600, 43_200];

/** Puts a mail into the outbox and wakes whoever delivers it (channel `mail`) when the transaction commits. */
export async function writeMail(
	tx: Transaction,
	mail: Letter & {
		recipient: string;
		/** An address that ends this kind of letter with one POST (RFC 8058). */
		unsubscribe?: string;
	},
): Promise<void> {
	await tx.insert(mails).values(mail);
	await tx.execute(sql`select pg_notify('mail', '')`);
}

/** Whether `/dev/mail` may show the outbox: while developing, or in the demo town. It holds links that sign people in. */
export function isMailShown(config: Config): boolean {
	return config.NODE_ENV !== 'production' || isDemoTown(config);
}

/** The newest mails, for `/dev/mail`. */
export async function readMails(db: Reader, limit = 50) {
	return db.select().from(mails).orderBy(desc(mails.writtenAt)).limit(limit);
}

/**
 * Sends what waits; without SMTP_URL it stays in the table. Each mail is claimed before it is sent, so that two processes do not
 * send it twice; whoever dies between sending and noting it leaves it to the next try.
 * @returns how many were sent and how many must be tried again
 */
export async function sendMails(db: Database, config: Config): Promise<{ sent: number; failed: number }> {
	const outcome = { sent: 0, failed: 0 };
	if (!config.SMTP_URL) return outcome;
	const limits = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 15_000 };
	const server = createTransport({ url: config.SMTP_URL, ...limits });
	try {
		for (let mail = await claimMail(db); mail; mail = await claimMail(db)) {
			const { id, recipient: to, subject, text, html, unsubscribe, calendar } = mail;
			const headers = unsubscribe ? oneClick(unsubscribe) : {};
			// The same at every try: a mail program shows a mail that was sent twice once.
			const messageId = `<${id}@${new URL(config.publicUrl).hostname}>`;
			const icalEvent = calendar
				? { method: calendar.method, content: calendar.text, filename: 'meeting.ics' }
				: undefined;
			const error = await server
				.sendMail({ from: config.MAIL_FROM, to, subject, text, html, headers, messageId, icalEvent })
				.then(() => null, codeOf);
			await db
				.update(mails)
				.set({ sentAt: error ? null : new Date(), lastError: error })
				.where(eq(mails.id, id));
			if (error) outcome.failed++;
			else outcome.sent++;
		}
		return outcome;
	} finally {
		server.close();
	}
}

/** Whether the newest mail to an address has gone out. Waits while another process is sending it; false once it has failed. */
export async function isMailSent(db: Reader, recipient: string): Promise<boolean> {
	for (let tries = 1; ; tries++) {
		const [mail] = await db
			.select()
			.from(mails)
			.where(sql`lower(${mails.recipient}) = lower(${recipient})`)
			.orderBy(desc(mails.writtenAt))
			.limit(1);
		if (!mail || mail.sentAt || mail.lastError || tries === 100) return Boolean(mail?.sentAt);
		await pause(200);
	}
}

async function claimMail(db: Database) {
	const seconds = sql`(${sql.param(pauses)}::int[])[${mails.attempts} + 1]`;
	const [mail] = await db
		.update(mails)
		.set({
			attempts: sql`${mails.attempts} + 1`,
			nextAttemptAt: sql`now() + ${seconds} * interval '1 second'`,
		})
		.where(
			sql`${mails.id} = (select id from mails where sent_at is null and next_attempt_at <= now() and attempts < ${pauses.length}
				order by next_attempt_at limit 1 for update skip locked)`,
		)
		.returning();
	return mail;
}

/** How mail programs offer to end a letter by themselves (RFC 8058). */
const oneClick = (address: string) => ({
	'List-Unsubscribe': `<${address}>`,
	'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});

// The server's own words may repeat the address: the code is kept, not the text.
function codeOf(failure: unknown): string {
	const { responseCode, code } = failure as { responseCode?: number; code?: string };
	return String(responseCode ?? code ?? 'unknown');
}
