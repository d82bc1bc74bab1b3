// What a follow-up is to be linked to, as people have it at hand: a number, a short name, or an address of ours that they have copied.

export const linkKinds = ['concern', 'pin', 'question', 'meeting'] as const;
export type LinkKind = (typeof linkKinds)[number];

/** An id or a meeting's short name, as it stands; or a question by its meeting's short name and its number there. */
export type Target = { id: string } | { meeting: string; number: number };

const uuid = '[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}';
/** What names a thing in an address. */
const named: Record<LinkKind, RegExp> = {
	concern: /\/concerns\/(PL-\d{4}-\d{5,})/i,
	pin: new RegExp(`(?:[?&]pin=|/pins/)(${uuid})`, 'i'),
	question: new RegExp(`#question-(${uuid})`, 'i'),
	meeting: /\/meetings\/([a-z\d-]+)/,
};
/** A question as the page of its meeting and its replay address it. */
const numbered = /\/meetings\/([a-z\d-]+)\S*(?:#question-|[?&]q=)(\d{1,9})(?![\w-])/;

/** What was said or pasted means, where a thing of this kind is looked for. What is no address of ours stands for itself. */
export function targetIn(kind: LinkKind, pasted: string): Target {
	const text = pasted.trim();
	const [, id] = named[kind].exec(text) ?? [];
	if (id !== undefined) return { id: kind === 'concern' ? id.toUpperCase() : id };
	const [, meeting, number] = (kind === 'question' && numbered.exec(text)) || [];
	if (meeting !== undefined) return { meeting, number: Number(number) };
	return { id: kind === 'concern' ? text.toUpperCase() : text };
}

/** The address of a question by its number in a meeting; what is no number is given back as it is. */
export function questionAddress(meeting: string, said: string): string {
	const [, number] = /^#?(\d+)$/.exec(said.trim()) ?? [];
	return meeting && number ? `/meetings/${meeting}#question-${number}` : said;
}
