// Writes letters and sends them without pause, until it is killed: what realtime/jobs.ts does, at its fastest.
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '#config';
import { openDatabase } from '#db/client.ts';
import { gatherLetters } from '#db/digests.ts';
import { sendMails } from '#db/mail.ts';
import { letterWriters } from '#lib/server/newsLetters.ts';

process.on('disconnect', () => process.exit());
const config = readConfig();
const db = openDatabase(config.DATABASE_URL!, 3);
const { news } = letterWriters(config);
process.send?.('ready');
for (;;) {
	const written = await gatherLetters(db, news);
	const { sent } = await sendMails(db, config);
	if (written + sent === 0) await pause(5);
}
