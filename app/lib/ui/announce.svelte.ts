// Words for those who listen to the page, at a pace one can follow: a summary, not a flood. Only ever called in a browser.

type Waiting = { texts: string[]; summary?: (count: number) => string };

/** Shortest pause between two announcements, in milliseconds. */
const pause = 4_000;

/** What the live regions say now. */
export const spoken = $state({ polite: '', urgent: '' });

let waiting: Record<string, Waiting> = {};
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Says a text when the listener pauses. What comes faster than one text in four seconds waits; several that wait under the
 * same `topic` are said as its `summary` ("3 new questions"), or as the last one when there is none.
 */
export function announce(
	text: string,
	gather: { topic?: string; summary?: (count: number) => string } = {},
): void {
	const topic = gather.topic ?? text;
	const texts = [...(waiting[topic]?.texts ?? []), text];
	waiting[topic] = { texts, summary: gather.summary };
	timer ??= setTimeout(speak, 100);
}

/** Says a text at once: only for what the listener must know before the next act (the connection is lost). */
export function announceUrgently(text: string): void {
	spoken.urgent = '';
	setTimeout(() => (spoken.urgent = text), 50);
}

function speak(): void {
	const said = Object.values(waiting).map(({ texts, summary }) =>
		texts.length > 1 && summary ? summary(texts.length) : texts.at(-1)!,
	);
	waiting = {};
	// A region that gets the same text again says nothing: a no-break space at the end makes it another text.
	const text = said.join(' · ');
	spoken.polite = text === spoken.polite ? `${text}\u00a0` : text;
	timer = setTimeout(() => {
		timer = undefined;
		if (Object.keys(waiting).length > 0) speak();
	}, pause);
}
