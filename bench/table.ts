// What a part of the bench has found: a heading, what was done, a table.

export type Section = { title: string; text: string; head: string[]; rows: string[][] };

export function markdown({ title, text, head, rows }: Section): string {
	const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
	// Figures stand under each other at the right.
	const rule = head.map((_, i) => (i === 0 ? '---' : '--:'));
	return [`## ${title}`, '', text, '', line(head), line(rule), ...rows.map(line)].join('\n');
}

/** A figure with its unit, as many digits as it deserves. */
export function figure(value: number, unit: string): string {
	if (Number.isNaN(value)) return '–';
	const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
	return `${value.toLocaleString('en-US', { maximumFractionDigits: digits })} ${unit}`;
}

export const ms = (value: number) => figure(value, 'ms');
