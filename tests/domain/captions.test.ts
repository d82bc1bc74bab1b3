// Captions: what a line may be, which lines are shown, and the WebVTT file made of them.
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { captionedLanguages, captionInput, lastLines, webVtt, type Caption } from '#domain/captions.ts';

const began = Date.parse('2026-12-03T00:30:00Z');
let count = 0;
const line = (seconds: number, text: string, language = 'en'): Caption => ({
	id: String(++count),
	language,
	text,
	at: new Date(began + seconds * 1_000).toISOString(),
});

test('a line is one line, of 200 characters at the most', () => {
	const read = (text: string) =>
		v.safeParse(captionInput, { meetingId: crypto.randomUUID(), language: 'es', text }).output as {
			text: string;
		};
	expect(read('  ¿Cuándo\n\t se construye? ').text).toBe('¿Cuándo se construye?');
	const isTaken = (text: string) =>
		v.safeParse(captionInput, { meetingId: crypto.randomUUID(), language: 'es', text }).success;
	expect([' ', 'x'.repeat(200), 'x'.repeat(201)].map(isTaken)).toEqual([false, true, false]);
});

test('each language has its own last lines; the language written last comes first', () => {
	const lines = [line(1, 'one'), line(2, 'uno', 'es'), line(3, 'two'), line(4, 'three')];
	expect(lastLines(lines, 'en', 2).map(({ text }) => text)).toEqual(['two', 'three']);
	expect(captionedLanguages(lines)).toEqual(['en', 'es']);
});

test('a file has each line from when it was said until the next, or until it is read', () => {
	const file = webVtt(
		[
			line(-5, 'Before.'),
			line(0.25, 'Good evening.'),
			line(1, 'Is <x> --> & safe?'),
			line(3_725, 'A'.repeat(180)),
		],
		'en',
		began,
	);
	expect(file).toBe(
		[
			'WEBVTT\nLanguage: en\n',
			'2\n00:00:00.250 --> 00:00:01.000\nGood evening.\n',
			'3\n00:00:01.000 --> 00:00:02.500\nIs &lt;x&gt; --&gt; &amp; safe?\n',
			`4\n01:02:05.000 --> 01:02:12.000\n${'A'.repeat(180)}\n`,
		].join('\n'),
	);
});
