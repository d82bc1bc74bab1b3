// Sheets as PDF: real letters, a title, a language, and a tag on everything, so that it can be searched and heard (PDF/UA as far as
// pdfkit goes: docs/decisions/0024).
import PDFDocument from 'pdfkit';
import { runsOf, runWidth, type Face, type Weight } from './fonts.ts';
import type { Code, Sheet, Text } from './sheet.ts';

export type Pdf = InstanceType<typeof PDFDocument>;

/** An empty document whose pages are added one by one, and its bytes once it is ended. */
export function newPdf(about: {
	title: string;
	author: string;
	language: string;
	width: number;
	height: number;
}): {
	pdf: Pdf;
	bytes: Promise<Uint8Array>;
} {
	const pdf = new PDFDocument({
		size: [about.width, about.height],
		margin: 0,
		autoFirstPage: false,
		bufferPages: true,
		// (Its types do not know this one yet.)
		...{ subset: 'PDF/UA' as never },
		// None of the fonts that readers are said to have: all letters come with the file.
		font: '',
		pdfVersion: '1.7',
		tagged: true,
		displayTitle: true,
		lang: about.language,
		// Without a moment in it the same sheet is the same file.
		info: { Title: about.title, Author: about.author, Creator: 'Porchlight', CreationDate: new Date(0) },
	});
	const bytes = new Promise<Uint8Array>((resolve, reject) => {
		const chunks: Buffer[] = [];
		pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
		pdf.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
		pdf.on('error', reject);
	});
	return { pdf, bytes };
}

/** Writes one line, from run to run. `y` is the line that letters stand on. */
export function writeLine(
	pdf: Pdf,
	text: string,
	{
		x,
		y,
		size,
		weight,
		colour = '#000000',
	}: { x: number; y: number; size: number; weight: Weight; colour?: string },
): void {
	let at = x;
	pdf.fontSize(size).fillColor(colour);
	for (const run of runsOf(text, weight)) {
		useFace(pdf, run.face);
		pdf.text(run.text, at, y, { lineBreak: false, baseline: 'alphabetic' });
		at += runWidth(run, size);
	}
}

function useFace(pdf: Pdf, { name, bytes }: Face): void {
	const registered = pdf as Pdf & { _registeredFonts?: Record<string, unknown> };
	if (!registered._registeredFonts?.[name]) pdf.registerFont(name, bytes);
	pdf.font(name);
}

/** What is there for the eye only: lines, page numbers. */
export function asDecoration(pdf: Pdf, draw: () => void): void {
	pdf.markContent('Artifact', { type: 'Layout' });
	draw();
	pdf.endMarkedContent();
}

/** One sheet as a document of one page. */
export async function drawnPdf(sheet: Sheet, author: string): Promise<Uint8Array> {
	const { pdf, bytes } = newPdf({ ...sheet, author });
	pdf.addPage();
	const whole = pdf.struct('Document');
	pdf.addStructure(whole);
	for (const mark of sheet.marks) {
		if (mark.kind === 'box')
			asDecoration(pdf, () => void pdf.rect(mark.x, mark.y, mark.width, mark.height).fill(mark.colour));
		else if (mark.kind === 'text') whole.add(pdf.struct(mark.role, {}, () => writeText(pdf, mark)));
		else whole.add(figureOf(pdf, mark));
	}
	whole.end();
	pdf.end();
	return bytes;
}

function writeText(pdf: Pdf, { lines, ...style }: Text): void {
	for (const [i, line] of lines.entries()) {
		const isLast = i === lines.length - 1;
		// Who copies or hears it gets the space that the end of the line stands for.
		writeLine(pdf, isLast ? line.text : `${line.text} `, { ...style, ...line });
	}
}

function figureOf(pdf: Pdf, { x, y, side, size, path, alt }: Code) {
	const draw = () => {
		pdf
			.save()
			.translate(x, y)
			.scale(side / size);
		pdf.path(path).fill('#000000').restore();
	};
	// Where it stands is asked for by PDF/UA, and not known to pdfkit's types.
	const where = { alt, bbox: [x, y, x + side, y + side], placement: 'Block' };
	return pdf.struct('Figure', where, draw);
}
