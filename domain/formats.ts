// Texts inside files that other programs read: cells of tables, and XML.

/** One cell of a CSV (RFC 4180); several values stand in one, `; ` between them. */
export function csvCell(value: string | number | boolean | string[] | null): string {
	if (value === null) return '';
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	const text = Array.isArray(value) ? value.join('; ') : value;
	// A spreadsheet would run a cell that begins like a formula: an apostrophe makes it text.
	const safe = /^[\s\p{Cc}]*[=+\-@|%＝＋－＠]/u.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
	return `"${safe.replaceAll('"', '""')}"`;
}

/** Text inside XML: what XML 1.0 cannot hold at all is left away. */
export function xmlText(text: string): string {
	return text
		.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
		.replace(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`);
}
