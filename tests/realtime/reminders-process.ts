// Asks for reminders, makes letters of them and sends letters and messages without pause, until it is killed: what realtime/jobs.ts does,
// at its fastest and at the time that the test's clock shows.
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '#config';
import { openDatabase } from '#db/client.ts';
import { sendMails } from '#db/mail.ts';
import { remindDevices, sendPushes } from '#db/pushMessages.ts';
import { remindRegistered, writeRegistrationLetters } from '#db/registrationLetters.ts';
import { letterWriters } from '#lib/server/newsLetters.ts';

process.on('disconnect', () => process.exit());
const config = readConfig();
const db = openDatabase(config.DATABASE_URL!, 8);
const { registered, push } = letterWriters(config);
const now = new Date(process.env['NOW']!);
process.send?.('ready');
for (;;) {
	await Promise.all([remindRegistered(db, now), remindDevices(db, now)]);
	const written = await writeRegistrationLetters(db, registered);
	process.send?.('asked');
	const [mails, pushes] = await Promise.all([sendMails(db, config), sendPushes(db, config, push, now)]);
	if (written + mails.sent + pushes.sent === 0) await pause(5);
}
