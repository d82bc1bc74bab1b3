// A meeting's concern board in one browser: the shared document, its line to the server, and what the viewer does on it.
import type * as Y from 'yjs';
import * as boardOf from '#domain/board.ts';
import type { Card, Column } from '#domain/board.ts';
import type { DocumentRole } from '#domain/documents.ts';
import { DocumentLine } from '#lib/documents/line.svelte.ts';
import { newId } from '#lib/hall/id.ts';
import { Grip } from '#lib/ui/grip.svelte.ts';
import { placeOfTheme, themeAt } from './arranging.ts';

/** Who the viewer is on the board; changes while it is open. */
export type Viewer = { author: string | null; role: DocumentRole; kind: Card['kind']; name: string | null };

export class BoardLine extends DocumentLine {
	columns = $state.raw<Column[]>([]);
	cards = $state.raw<Card[]>([]);
	/** Who is typing in which card, by name. */
	typing = $state.raw<Record<string, string[]>>({});
	readonly grip = new Grip();

	readonly #viewer: () => Viewer;
	readonly #onnews: (count: number) => void;

	/** @param onnews told how many cards others have added */
	constructor(meetingId: string, viewer: () => Viewer, onnews: (count: number) => void) {
		super(
			{ kind: 'board', id: meetingId },
			(doc) => this.#show(doc),
			(others) => (this.typing = typingOf(others)),
		);
		this.#viewer = viewer;
		this.#onnews = onnews;
	}

	#show(doc: Y.Doc): void {
		const before = new Set(this.cards.map(({ key }) => key));
		({ columns: this.columns, cards: this.cards } = boardOf.readBoard(doc));
		const { author } = this.#viewer();
		const news = this.cards.filter((card) => !before.has(card.key) && card.author !== author);
		if (this.isKnown && news.length > 0) this.#onnews(news.length);
	}

	/** Editors tell the others which card they are typing in. */
	sayTyping(card: string | null): void {
		const { role, name } = this.#viewer();
		if (role === 'editor' && name) this.say(card === null ? null : { name, card });
	}

	get isEditor(): boolean {
		return this.#viewer().role === 'editor';
	}

	mayChange({ author }: Pick<Card, 'author'>): boolean {
		const viewer = this.#viewer();
		return viewer.role === 'editor' || (viewer.role === 'contributor' && viewer.author === author);
	}

	/** The cards of a column, from above. */
	cardsIn(column: string): Card[] {
		return this.cards.filter((card) => card.column === column);
	}

	add(column: string, text: string): void {
		const { author, role, kind } = this.#viewer();
		if (author === null || role === 'watcher') return;
		boardOf.addCard(this.doc, author, newId(), { text, column, kind });
		this.readNow();
	}

	/** Puts a card before another of a column, or at its end; its theme goes with its place. */
	move(key: string, column: string, before: string | null): void {
		this.doc.transact(() => {
			boardOf.moveCard(this.doc, key, { column, before });
			const now = boardOf.readBoard(this.doc).cards.filter((card) => card.column === column);
			const at = now.findIndex((card) => card.key === key);
			if (at < 0) return;
			const theme = themeAt(now, at);
			if (theme !== now[at]!.theme) boardOf.markCard(this.doc, key, { theme });
		});
		this.readNow();
	}

	/** Puts a card at the end of a column, or with the others of its theme. */
	moveTo(card: Card, column: string): void {
		this.move(card.key, column, placeOfTheme(this.cardsIn(column), card.theme));
	}

	colour(key: string, colour: Card['colour']): void {
		boardOf.markCard(this.doc, key, { colour });
		this.readNow();
	}

	/** Gives a card a theme: it goes to stand with the others of it. */
	theme({ key, column, theme: before }: Card, theme: string): void {
		if (theme === before) return;
		const others = this.cardsIn(column).filter((card) => card.key !== key);
		this.doc.transact(() => {
			boardOf.markCard(this.doc, key, { theme });
			const place = placeOfTheme(others, theme);
			if (others.some((card) => card.theme === theme && theme !== '') || before !== '')
				boardOf.moveCard(this.doc, key, { column, before: place });
		});
		this.readNow();
	}

	/** Takes a card away. @returns puts it back; what an editor puts back for somebody is the editor's from then on */
	remove(card: Card): () => void {
		boardOf.removeCard(this.doc, card.key);
		this.readNow();
		return () => {
			const { author } = this.#viewer();
			if (author !== null) boardOf.putBack(this.doc, author, card);
			this.readNow();
		};
	}

	rename(column: string, title: string): void {
		boardOf.renameColumn(this.doc, column, title);
		this.readNow();
	}

	textOf(key: string): Y.Text | undefined {
		return boardOf.cardText(this.doc, key);
	}
}

function typingOf(others: Record<string, unknown>[]): Record<string, string[]> {
	const typing: Record<string, string[]> = {};
	for (const { name, card } of others)
		if (typeof name === 'string' && typeof card === 'string') (typing[card] ??= []).push(name.slice(0, 80));
	return typing;
}
