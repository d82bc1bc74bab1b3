// Removes what is due at the moment it is told, once: the job of realtime/jobs.ts, in a process that can be killed.
import { readConfig } from '#config';
import { openDatabase } from '#db/client.ts';
import { removeDue } from '#db/retention.ts';

process.on('disconnect', () => process.exit());
await removeDue(openDatabase(readConfig().DATABASE_URL!, 2), new Date(process.argv[2]!));
process.send?.('done');
process.disconnect?.();
