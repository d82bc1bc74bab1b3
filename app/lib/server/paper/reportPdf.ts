// A report as a PDF of letter pages: flowing text with headings, lists and tables that are tagged as what they are.
import type { ReportItem, ReportLink, ReportSection, ReportTable } from '#lib/reports/sections.ts';
import { isDrawable, linesOf, widthOf, type Weight } from './fonts.ts';
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
const cellGap = 8;
const muted = '#4d5a68';
const styles = {
	title: { size: 24, weight: 800 },
	heading: { size: 16, weight: 800 },
	item: { size: 12, weight: 700 },
	body: { size: 11, weight: 400 },
	strong: { size: 11, weight: 700 },
	small: { size: 10, weight: 400, colour: muted },
	/** Our blue for what is pressed: read on white as well as ink is. */
	link: { size: 10, weight: 400, colour: '#1b4a8f' },
} as const satisfies Record<string, Style>;

export async function reportPdf(report: ReportPaper): Promise<Uint8Array> {
	const { pdf, bytes } = newPdf({ ...report, author: report.city, width, height });
	pdf.addPage();
	const whole = pdf.struct('Document');
	pdf.addStructure(whole);
	const paper = paperOf(pdf);
	paper.text(whole, 'H1', report.title, styles.title);
	paper.link(whole, report.city, report.publicUrl + report.path, styles.link);
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
		/** What readers show beside the pages, to go from part to part. */
		bookmark(words: string): void {
			// (Its types do not know where on the page; the left edge is counted from the right.)
			const here = { expanded: false, top: y, left: width };
			pdf.outline.addItem(words, here);
		},
		/** A paragraph or heading. */
		text(parent: Element, role: string, text: string, style: Style, indent = 0): void {
			parent.add(pdf.struct(role, {}, () => lines(text, style, margin + indent)));
			y += style.size * 0.3;
		},
		/** An address that is pressed on a screen and read on paper; each of its lines is pressed by itself. */
		link(parent: Element, words: string, url: string, style: Style): void {
			const link = pdf.struct('Link');
			const line = pdf.struct('P');
			parent.add(line);
			line.add(link);
			for (const text of linesOf(`${words}: ${url}`, width - 2 * margin, style.size, style.weight)) {
				makeRoom(style.size * leading);
				const top = y;
				link.add(
					pdf.struct('Span', {}, () => writeLine(pdf, text, { ...style, x: margin, y: top + style.size })),
				);
				const wide = widthOf(text, style.size, style.weight);
				// PDF/UA: where it is pressed belongs to its tag, and has words for who does not see it.
				const more = { structParent: link, Contents: pdfWords(words) };
				pdf.link(margin, top, wide, style.size * leading, url, more);
				y += style.size * leading;
			}
			link.end();
			line.end();
			y += style.size * 0.3;
		},
		/** Cells beside each other, each in as many lines as it needs; where there are many, the first is not squeezed. */
		row(parent: Element, roles: string[], cells: string[], style: Style): void {
			const all = width - 2 * margin;
			const first = Math.max(all / cells.length, 150);
			const step = (all - first) / Math.max(cells.length - 1, 1);
			const broken = cells.map((cell, i) =>
				linesOf(cell, (i === 0 ? first : step) - cellGap, style.size, style.weight),
			);
			const tall = Math.max(...broken.map(({ length }) => length)) * style.size * leading;
			makeRoom(tall);
			const line = pdf.struct('TR');
			parent.add(line);
			for (const [i, lines] of broken.entries()) {
				const x = i === 0 ? margin : margin + first + (i - 1) * step;
				// What heads a column or a line is tied to its cells (PDF/UA; not known to pdfkit's types).
				const heads = i === 0 && roles.includes('TD') ? 'Row' : 'Column';
				const scope: object = roles[i] === 'TH' ? { scope: heads } : {};
				line.add(
					pdf.struct(roles[i]!, scope, () => {
						for (const [n, text] of lines.entries())
							writeLine(pdf, n < lines.length - 1 ? `${text} ` : text, {
								...style,
								...{ x, y: y + style.size + n * style.size * leading },
							});
					}),
				);
			}
			line.end();
			y += tall + 2;
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
	paper.bookmark(section.heading);
	paper.text(part, 'H2', section.heading, styles.heading);
	if (intro) paper.text(part, 'P', intro, styles.small);
	for (const { name, value } of facts) paper.text(part, 'P', `${name}: ${value}`, styles.body);
	if (table) writeTable(paper, part, table);
	if (items && items.length === 0 && empty) paper.text(part, 'P', empty, styles.body);
	for (const item of items ?? []) writeItem(paper, part, item, publicUrl);
	writeLinks(paper, part, links, publicUrl);
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
	if (item.table) writeTable(paper, part, item.table);
	writeLinks(paper, part, item.links, publicUrl);
}

/** pdfkit writes an object of letters as words, and plain ones as a name. */
const pdfWords = (text: string) => Object(text) as string;

/** Written out, so that they are of use on paper too. */
function writeLinks(paper: Paper, part: Element, links: ReportLink[], publicUrl: string): void {
	for (const { text, path } of links) paper.link(part, text, publicUrl + path, styles.link);
}

function writeTable(paper: Paper, part: Element, { head, rows }: ReportTable): void {
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
