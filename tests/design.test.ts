// The colours of app/app.css meet WCAG contrast in both schemes: 4.5:1 for text, 3:1 for parts one must see to use.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { pinColours } from '#domain/rounds.ts';

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
	...pinColours.map((name): [string, string[]] => [`pin-${name}`, grounds]),
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

// How colours look to those who lack one kind of cone (Machado, Oliveira, Fernandes 2009, severity 1.0), row by row.
const eyes = {
	'all cones': [1, 0, 0, 0, 1, 0, 0, 0, 1],
	'no red cones': [
		0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998,
	],
	'no green cones': [
		0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881,
	],
	'no blue cones': [
		1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039,
	],
};

describe.each(['light', 'dark'] as const)('kinds of pin in the %s scheme', (scheme) => {
	test.each(Object.entries(eyes))('are told apart by colour with %s', (_, eye) => {
		const seen = pinColours.map(
			(name) => [name, oklab(throughEye(eye, linear(colour(`pin-${name}`, scheme))))] as const,
		);
		const near = seen.flatMap(([one, a], at) =>
			seen.slice(at + 1).flatMap(([other, b]) => {
				const distance = Math.hypot(...a.map((part, i) => part - b[i]!));
				return distance < 0.12 ? [[one, other, distance]] : [];
			}),
		);
		// About six times the smallest difference that eyes notice side by side.
		expect(near).toEqual([]);
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
	const [r, g, b] = linear(hex);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

type Three = [number, number, number];

function linear(hex: string): Three {
	return [1, 3, 5].map((at) => {
		const part = parseInt(hex.slice(at, at + 2), 16) / 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	}) as Three;
}

function throughEye(eye: number[], light: Three): Three {
	return [0, 3, 6].map((row) =>
		Math.min(
			1,
			Math.max(
				0,
				light.reduce((sum, part, at) => sum + eye[row + at]! * part, 0),
			),
		),
	) as Three;
}

/** Björn Ottosson's OKLab: straight distances in it are about what eyes see. */
function oklab([r, g, b]: Three): Three {
	const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
	const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
	const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
	return [
		0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
		1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
		0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
	];
}
