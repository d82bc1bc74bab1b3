// A sheet as a picture. Letters are drawn as shapes, so that it looks the same on a machine without a single typeface.
import sharp from 'sharp';
import { runsOf, runWidth, type Run } from './fonts.ts';
import { canvasOf, type Point } from './raster.ts';
import type { Mark, Sheet, Text } from './sheet.ts';

type Outline = Point[];

/** @param dots how many of them for a point */
export async function drawnPng(sheet: Sheet, dots: number): Promise<Uint8Array> {
	const [width, height] = [Math.round(sheet.width * dots), Math.round(sheet.height * dots)];
	const canvas = canvasOf(width, height, sheet.ground);
	for (const mark of sheet.marks) {
		const outlines = outlinesOf(mark).map((outline) =>
			outline.map(({ x, y }) => ({ x: x * dots, y: y * dots })),
		);
		canvas.fill(outlines, mark.kind === 'code' ? '#000000' : (mark.colour ?? '#000000'));
	}
	return sharp(canvas.pixels, { raw: { width, height, channels: 3 } })
		.png({ compressionLevel: 9 })
		.toBuffer();
}

function outlinesOf(mark: Mark): Outline[] {
	if (mark.kind === 'box') return [square(mark.x, mark.y, mark.width, mark.height)];
	if (mark.kind === 'text') return mark.lines.flatMap((line) => outlinesOfLine(line, mark));
	const side = mark.side / mark.size;
	return [...mark.path.matchAll(/M(\d+) (\d+)/g)].map(([, column, row]) =>
		square(mark.x + Number(column) * side, mark.y + Number(row) * side, side, side),
	);
}

const square = (x: number, y: number, width: number, height: number): Outline => [
	{ x, y },
	{ x: x + width, y },
	{ x: x + width, y: y + height },
	{ x, y: y + height },
];

function outlinesOfLine({ text, x, y }: Text['lines'][number], { size, weight }: Text): Outline[] {
	let at = x;
	return runsOf(text, weight).flatMap((run) => {
		const scale = size / run.face.font.unitsPerEm;
		const left = at;
		at += runWidth(run, size);
		return outlinesOfRun(run).map((outline) =>
			outline.map((point) => ({ x: left + point.x * scale, y: y - point.y * scale })),
		);
	});
}

/** The shapes of a run in the units of its font, whose y goes up. */
function outlinesOfRun({ text, face }: Run): Outline[] {
	const { glyphs, positions } = face.font.layout(text);
	let at = 0;
	return glyphs.flatMap((glyph, i) => {
		const { xAdvance, xOffset, yOffset } = positions[i]!;
		const left = at + xOffset;
		at += xAdvance;
		return flattened(glyph.path.commands).map((outline) =>
			outline.map(({ x, y }) => ({ x: x + left, y: y + yOffset })),
		);
	});
}

const pieces = 10;

/** Outlines as corners: curves become short lines. */
function flattened(commands: Commands): Outline[] {
	const outlines: Outline[] = [];
	for (const { command, args } of commands) {
		const points: Point[] = [];
		for (let i = 0; i < args.length; i += 2) points.push({ x: args[i]!, y: args[i + 1]! });
		if (command === 'moveTo') outlines.push([]);
		const outline = outlines.at(-1);
		if (!outline || command === 'closePath') continue;
		if (command === 'moveTo' || command === 'lineTo') outline.push(...points);
		else {
			const curve = [outline.at(-1)!, ...points];
			for (let n = 1; n <= pieces; n++) outline.push(onCurve(curve, n / pieces));
		}
	}
	return outlines;
}
type Commands = ReturnType<Run['face']['font']['layout']>['glyphs'][number]['path']['commands'];

/** A point of a Bézier curve of any degree (de Casteljau). */
function onCurve(curve: Point[], t: number): Point {
	if (curve.length === 1) return curve[0]!;
	const between = curve.slice(1).map((to, i) => {
		const from = curve[i]!;
		return { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t };
	});
	return onCurve(between, t);
}
