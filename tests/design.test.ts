// The colours of app/app.css meet WCAG contrast in both schemes: 4.5:1 for text, 3:1 for parts one must see to use.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const css = readFileSync(path.join(import.meta.dirname, '../app/app.css'), 'utf8');
const tokens = new Map(
	[...css.matchAll(/--color-([\w-]+): light-dark\((#[\da-f]{6}), (#[\da-f]{6})\)/g)].map(
		([, name, light, dark]) => [name!, { light: light!, dark: dark! }],
	),
);

const grounds = ['paper', 'surface', 'well'];
const texts: [text: string, on: string[]][] = [
	['ink', [...grounds, 'civic-soft', 'amber-soft', 'good-soft', 'danger-soft']],
	['muted', grounds],
	['civic', [...grounds, 'civic-soft']],
	['civic-strong', [...grounds, 'civic-soft']],
	['amber-strong', [...grounds, 'amber-soft']],
	['good', [...grounds, 'good-soft']],
	['danger', [...grounds, 'danger-soft']],
	['danger-strong', grounds],
	['on-civic', ['civic', 'civic-strong']],
	['on-amber', ['amber']],
	['on-danger', ['danger', 'danger-strong']],
	['on-caption', ['caption']],
];
const parts: [part: string, on: string[]][] = [
	['edge', grounds],
	['civic', [...grounds, 'amber-soft']],
	['amber-strong', grounds],
];

describe.each(['light', 'dark'] as const)('in the %s scheme', (scheme) => {
	const pairs = (list: [string, string[]][]) =>
		list.flatMap(([front, backs]) => backs.map((back) => [front, back] as const));

	test.each(pairs(texts))('%s can be read on %s', (front, back) => {
		expect(contrast(colour(front, scheme), colour(back, scheme))).toBeGreaterThanOrEqual(4.5);
	});
	test.each(pairs(parts))('%s can be seen on %s', (front, back) => {
		expect(contrast(colour(front, scheme), colour(back, scheme))).toBeGreaterThanOrEqual(3);
	});
});

test('every colour that is written on another is in the list above', () => {
	const named = new Set([...texts, ...parts].flatMap(([front, backs]) => [front, ...backs]));
	// line only parts what would also read without it.
	expect([...tokens.keys()].filter((name) => !named.has(name))).toEqual(['line']);
});

test('the colours a browser paints around the page are those of the paper', () => {
	const html = readFileSync(path.join(import.meta.dirname, '../app/app.html'), 'utf8');
	for (const scheme of ['light', 'dark'] as const)
		expect(html).toContain(`content="${colour('paper', scheme)}" media="(prefers-color-scheme: ${scheme})"`);
});

function colour(name: string, scheme: 'light' | 'dark'): string {
	const token = tokens.get(name);
	if (!token) throw new Error(`app/app.css has no colour "${name}"`);
	return token[scheme];
}

/** WCAG 2.2 contrast ratio of two #rrggbb colours, 1 to 21. */
function contrast(a: string, b: string): number {
	const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
	return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
	const [r, g, b] = [1, 3, 5].map((at) => {
		const part = parseInt(hex.slice(at, at + 2), 16) / 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
