// Captions: what is said on the stage, written along by a captioner, in one or more languages; and their file format, WebVTT.
import * as v from 'valibot';

/** One line, as everybody sees it. `at`: when it was said, ISO 8601 in UTC. */
export type Caption = { id: string; language: string; text: string; at: string };

/** So many lines of a hall a browser keeps: the last few in each language. */
export const keptCaptions = 40;
/** A line stays on the screen at least and at most so long, and as long as it takes to read at a calm 15 characters a second. */
const [shortestSeconds, longestSeconds, charactersPerSecond] = [1.5, 7, 15];

/** One line of words. */
const lineText = v.pipe(
	v.string(),
	v.transform((text) =>
		text
			.normalize('NFC')
			.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
			.trim(),
	),
	v.minLength(1),
	v.maxLength(200),
);

/**
 * A line as its captioner sends it. `typedForMs`: how long ago the first of its letters was typed, so that it gets the time at which
 * it was said.
 */
export const captionInput = v.object({
	meetingId: v.pipe(v.string(), v.uuid()),
	language: v.pipe(v.string(), v.regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/)),
	text: lineText,
	typedForMs: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(30_000)), 0),
});

/** A correction. `version`: the one that is corrected, so that two who correct the same line notice. */
export const correctCaptionInput = v.object({
	captionId: v.pipe(v.string(), v.uuid()),
	version: v.pipe(v.number(), v.integer(), v.minValue(1)),
	text: lineText,
});

/** What a line has said. `by`: who corrected it so; null for the line as it was written. */
export type CaptionVersion = { version: number; text: string; by: string | null; at: string };

/** The last lines of a language, oldest first. */
export function lastLines(captions: readonly Caption[], language: string, count: number): Caption[] {
	return captions.filter((one) => one.language === language).slice(-count);
}

/** The languages that are captioned, the one captioned last first. */
export function captionedLanguages(captions: readonly Caption[]): string[] {
	return [...new Set(captions.map(({ language }) => language).toReversed())];
}

/**
 * Captions as a WebVTT file (https://www.w3.org/TR/webvtt1/). Those before its beginning are left out.
 * @param captions of one language, in the order of time
 * @param beginsAt what is second 0: milliseconds since 1970
 */
export function webVtt(captions: readonly Caption[], language: string, beginsAt: number): string {
	const cues = captions.flatMap(({ text, at }, i) => {
		const from = (Date.parse(at) - beginsAt) / 1_000;
		if (from < 0) return [];
		const next = captions[i + 1] ? (Date.parse(captions[i + 1]!.at) - beginsAt) / 1_000 : Infinity;
		const reading = Math.min(longestSeconds, Math.max(shortestSeconds, text.length / charactersPerSecond));
		const to = Math.max(from + 0.5, Math.min(from + reading, next));
		return [`${i + 1}\n${timestamp(from)} --> ${timestamp(to)}\n${escaped(text)}\n`];
	});
	return [`WEBVTT\nLanguage: ${language}\n`, ...cues].join('\n');
}

function timestamp(seconds: number): string {
	const ms = Math.round(seconds * 1_000);
	const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
	const rest = String(ms % 1_000).padStart(3, '0');
	return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1_000) % 60)}.${rest}`;
}

// "-->" ends a cue's text, too.
const escaped = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
