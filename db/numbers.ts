// Numbers that everybody can quote: counted within a year of the city's calendar, never skipped and never given twice.
import { sql } from 'drizzle-orm';
import { readConfig } from '#config';
import { wallClock } from '#domain/meetings.ts';
import type { Transaction } from './client.ts';

/** The next number of this year. The counter's row is locked until the commit. */
export async function nextNumber(
	tx: Pick<Transaction, 'execute'>,
	counter: 'concern_numbers' | 'followup_numbers',
	written: (year: number, count: number) => string,
): Promise<string> {
	const year = Number(wallClock(new Date(), readConfig().TIME_ZONE).slice(0, 4));
	const table = sql.identifier(counter);
	const { rows } = await tx.execute<{ last: number }>(sql`
		insert into ${table} as counter (year, last) values (${year}, 1)
		on conflict (year) do update set last = counter.last + 1 returning last`);
	return written(year, rows[0]!.last);
}

/** Today in the city, `2026-11-25`. */
export const today = (): string => wallClock(new Date(), readConfig().TIME_ZONE).slice(0, 10);
