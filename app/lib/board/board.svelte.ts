// A meeting's concern board in one browser: the shared document, its line to the server, and what the viewer does on it.
import { WebsocketProvider } from 'y-websocket';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import * as boardOf from '#domain/board.ts';
import type { Card, Column } from '#domain/board.ts';
import { documentName, type DocumentRole } from '#domain/documents.ts';
import { newId } from '#lib/hall/id.ts';
import { placeOfTheme, themeAt } from './arranging.ts';

export type BoardStatus = 'connecting' | 'connected' | 'reconnecting' | 'closed';
/** Who the viewer is on the board; changes while it is open. */
export type Viewer = { author: string | null; role: DocumentRole; kind: Card['kind']; name: string | null };

export class BoardLine {
	status = $state<BoardStatus>('connecting');
	/** Why the server closed the line for good. */
	closedFor = $state('');
	/** Why the last change was not taken; what was written since the board was last shared is gone. */
	refusedFor = $state<string | null>(null);
	/** The board has arrived. */
	isKnown = $state(false);
	columns = $state.raw<Column[]>([]);
	cards = $state.raw<Card[]>([]);
	/** Who is typing in which card, by name. */
	typing = $state.raw<Record<string, string[]>>({});
	/** A card is in the viewer's hand: nothing moves meanwhile. */
	isHeld = $state(false);
	doc = $state.raw() as Y.Doc;

	readonly #meetingId: string;
	readonly #viewer: () => Viewer;
	readonly #onnews: (count: number) => void;
	#provider: WebsocketProvider | undefined;
	#frame: number | undefined;
	/** Something was written here since the document was opened. */
	#hasWritten = false;

	/** @param onnews told how many cards others have added */
	constructor(meetingId: string, viewer: () => Viewer, onnews: (count: number) => void) {
		this.#meetingId = meetingId;
		this.#viewer = viewer;
		this.#onnews = onnews;
	}

	/** Opens the line. @returns closes it */
	open(): () => void {
		const doc = (this.doc = new Y.Doc());
		const awareness = new Awareness(doc);
		// Those who read say nothing of themselves: there may be hundreds.
		awareness.setLocalState(null);
		const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
		const provider = new WebsocketProvider(
			`${scheme}//${location.host}/documents`,
			documentName({ kind: 'board', id: this.#meetingId }),
			doc,
			{ awareness, disableBc: true, maxBackoffTime: 5_000 },
		);
		this.#provider = provider;
		this.#hasWritten = false;
		this.isKnown = false;
		this.status = 'connecting';
		doc.on('update', (_update, origin) => {
			if (origin !== provider) this.#hasWritten = true;
			this.#frame ??= requestAnimationFrame(() => this.#read());
		});
		awareness.on('change', () => this.#readTyping(awareness));
		provider.on('status', ({ status }) => {
			if (status === 'connected') this.status = 'connected';
			else if (this.isKnown) this.status = 'reconnecting';
		});
		provider.on('sync', (isSynced) => {
			if (!isSynced) return;
			this.#read();
			this.isKnown = true;
		});
		provider.on('closed', (why) => this.#closed(why));
		return () => this.#leave();
	}

	/** Connects again after the server has closed the line. */
	again(): void {
		this.#leave();
		this.open();
	}

	#leave(): void {
		if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
		this.#frame = undefined;
		this.#provider?.destroy();
		this.#provider?.awareness.destroy();
		this.#provider = undefined;
		this.doc.destroy();
	}

	#closed({ code, reason }: { code: number; reason: string }): void {
		// A change that was refused is in this copy alone: it is thrown away, and the board read anew.
		if (code === 4403 && this.#hasWritten) {
			this.refusedFor = reason;
			return this.again();
		}
		this.closedFor = code === 4401 ? 'sign-in' : reason;
		this.status = 'closed';
	}

	#read(): void {
		if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
		this.#frame = undefined;
		const before = new Set(this.cards.map(({ key }) => key));
		({ columns: this.columns, cards: this.cards } = boardOf.readBoard(this.doc));
		const { author } = this.#viewer();
		const news = this.cards.filter((card) => !before.has(card.key) && card.author !== author);
		if (this.isKnown && news.length > 0) this.#onnews(news.length);
	}

	#readTyping(awareness: Awareness): void {
		const typing: Record<string, string[]> = {};
		for (const [client, state] of awareness.getStates()) {
			const { name, card } = state as { name?: unknown; card?: unknown };
			if (client === awareness.clientID || typeof name !== 'string' || typeof card !== 'string') continue;
			(typing[card] ??= []).push(name.slice(0, 80));
		}
		this.typing = typing;
	}

	/** Editors tell the others which card they are typing in. */
	say(card: string | null): void {
		const { role, name } = this.#viewer();
		if (role === 'editor' && name)
			this.#provider?.awareness.setLocalState(card === null ? null : { name, card });
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
		this.#read();
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
		this.#read();
	}

	/** Puts a card at the end of a column, or with the others of its theme. */
	moveTo(card: Card, column: string): void {
		this.move(card.key, column, placeOfTheme(this.cardsIn(column), card.theme));
	}

	colour(key: string, colour: Card['colour']): void {
		boardOf.markCard(this.doc, key, { colour });
		this.#read();
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
		this.#read();
	}

	/** Takes a card away. @returns puts it back; what an editor puts back for somebody is the editor's from then on */
	remove(card: Card): () => void {
		boardOf.removeCard(this.doc, card.key);
		this.#read();
		return () => {
			const { author } = this.#viewer();
			if (author !== null) boardOf.putBack(this.doc, author, card);
			this.#read();
		};
	}

	rename(column: string, title: string): void {
		boardOf.renameColumn(this.doc, column, title);
		this.#read();
	}

	textOf(key: string): Y.Text | undefined {
		return boardOf.cardText(this.doc, key);
	}
}
