// A report as a PDF of letter pages: flowing text with headings, lists and tables that are tagged as what they are.
import type { ReportItem, ReportLink, ReportSection } from '#lib/reports/sections.ts';
import { isDrawable, linesOf, type Weight } from './fonts.ts';
import { asDecoration, newPdf, writeLine, type Pdf } from './pdf.ts';

export type ReportPaper = {
	title: string;
	city: string;
	publicUrl: string;
	/** Of the page that says the same. */
	path: string;
	language: string;
	sections: ReportSection[];
	/** `incomplete`: said where a letter cannot be drawn. */
	words: { page: string; incomplete: string };
};
type Element = ReturnType<Pdf['struct']>;
type Style = { size: number; weight: Weight; colour?: string };

const [width, height, margin] = [612, 792, 60];
const leading = 1.4;
const muted = '#4d5a68';
const styles = {
	title: { size: 24, weight: 800 },
	heading: { size: 16, weight: 800 },
	item: { size: 12, weight: 700 },
	body: { size: 11, weight: 400 },
	strong: { size: 11, weight: 700 },
	small: { size: 10, weight: 400, colour: muted },
} as const satisfies Record<string, Style>;

export async function reportPdf(report: ReportPaper): Promise<Uint8Array> {
	const { pdf, bytes } = newPdf({ ...report, author: report.city, width, height });
	pdf.addPage();
	const whole = pdf.struct('Document');
	pdf.addStructure(whole);
	const paper = paperOf(pdf);
	paper.text(whole, 'H1', report.title, styles.title);
	paper.text(whole, 'P', `${report.city} · ${report.publicUrl}${report.path}`, styles.small);
	if (!isDrawable(report.title + JSON.stringify(report.sections)))
		paper.text(whole, 'P', report.words.incomplete, styles.small);
	for (const section of report.sections) writeSection(paper, whole, section, report.publicUrl);
	whole.end();
	numberPages(pdf, report.words.page);
	pdf.end();
	return bytes;
}

/** The place on the page that is written to next; a new page begins where a line has no room. */
function paperOf(pdf: Pdf) {
	let y = margin;
	const makeRoom = (needed: number) => {
		if (y + needed <= height - margin) return;
		pdf.addPage();
		y = margin;
	};
	const lines = (text: string, { size, weight, colour }: Style, x: number) => {
		const all = linesOf(text, width - margin - x, size, weight);
		for (const [i, line] of all.entries()) {
			makeRoom(size * leading);
			// Who copies or hears it gets the space that the end of the line stands for.
			writeLine(pdf, i < all.length - 1 ? `${line} ` : line, { x, y: y + size, size, weight, colour });
			y += size * leading;
		}
	};
	return {
		pdf,
		space: (points: number) => (y += points),
		makeRoom,
		/** A paragraph or heading. */
		text(parent: Element, role: string, text: string, style: Style, indent = 0): void {
			parent.add(pdf.struct(role, {}, () => lines(text, style, margin + indent)));
			y += style.size * 0.3;
		},
		/** Cells beside each other, each on one line. */
		row(parent: Element, roles: string[], cells: string[], style: Style): void {
			makeRoom(style.size * leading);
			const at = y + style.size;
			const step = (width - 2 * margin) / cells.length;
			const line = pdf.struct('TR');
			parent.add(line);
			for (const [i, cell] of cells.entries())
				line.add(
					pdf.struct(roles[i]!, {}, () => writeLine(pdf, cell, { ...style, x: margin + i * step, y: at })),
				);
			line.end();
			y += style.size * leading + 2;
		},
	};
}
type Paper = ReturnType<typeof paperOf>;

function writeSection(paper: Paper, whole: Element, section: ReportSection, publicUrl: string): void {
	const { facts = [], table, items, links = [], intro, empty } = section;
	const part = paper.pdf.struct('Sect');
	whole.add(part);
	paper.space(18);
	// A heading does not stand alone at the foot of a page.
	paper.makeRoom(90);
	paper.text(part, 'H2', section.heading, styles.heading);
	if (intro) paper.text(part, 'P', intro, styles.small);
	for (const { name, value } of facts) paper.text(part, 'P', `${name}: ${value}`, styles.body);
	if (table) writeTable(paper, part, table);
	if (items && items.length === 0 && empty) paper.text(part, 'P', empty, styles.body);
	for (const item of items ?? []) writeItem(paper, part, item, publicUrl);
	writeLinks(paper, part, links, publicUrl, 0);
	part.end();
}

function writeItem(paper: Paper, part: Element, item: ReportItem, publicUrl: string): void {
	paper.space(6);
	paper.makeRoom(60);
	paper.text(part, 'H3', item.title, styles.item);
	if (item.state) paper.text(part, 'P', item.state, styles.strong);
	for (const note of item.notes) paper.text(part, 'P', note, styles.body);
	if (item.quote) {
		paper.text(part, 'P', item.quote.by, styles.small, 14);
		paper.text(part, 'P', item.quote.text, styles.body, 14);
	}
	if (item.also) {
		paper.text(part, 'P', item.also.label, styles.small);
		for (const text of item.also.texts) paper.text(part, 'P', `– ${text}`, styles.body, 14);
	}
	writeLinks(paper, part, item.links, publicUrl, 0);
}

/** Written out, so that they are of use on paper too; programs that show PDFs make them go where they say. */
function writeLinks(
	paper: Paper,
	part: Element,
	links: ReportLink[],
	publicUrl: string,
	indent: number,
): void {
	for (const { text, path } of links)
		paper.text(part, 'P', `${text}: ${publicUrl}${path}`, styles.small, indent);
}

function writeTable(paper: Paper, part: Element, { head, rows }: NonNullable<ReportSection['table']>): void {
	const table = paper.pdf.struct('Table');
	part.add(table);
	const first = (role: string) => head.map((_, i) => (i === 0 ? 'TH' : role));
	paper.row(table, first('TH'), head, styles.strong);
	for (const row of rows) paper.row(table, first('TD'), row, styles.body);
	table.end();
}

function numberPages(pdf: Pdf, word: string): void {
	const { start, count } = pdf.bufferedPageRange();
	for (let i = 0; i < count; i++) {
		pdf.switchToPage(start + i);
		const text = `${word} ${i + 1} / ${count}`;
		asDecoration(pdf, () => writeLine(pdf, text, { ...styles.small, x: margin, y: height - margin / 2 }));
	}
}
