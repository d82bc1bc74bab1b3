// A captioner's lines on their way: each is shown until it is saved, and kept with a word when it is not.
import type { HallLine } from '#lib/hall/connection.svelte.ts';
import { newId } from '#lib/hall/id.ts';
import { refusalInWords } from '#lib/hall/refusals.ts';
import { m } from '#lib/paraglide/messages.js';
import { toast } from '#lib/ui/toasts.svelte.ts';

/** `refused`: why it is not saved; null while it is on its way. */
type Line = { id: string; text: string; language: string; typedAt: number; refused: string | null };

/** A line that has grown this long is sent at the end of its word. */
const fullAt = 90;

export class Captioning {
	/** What is being typed. */
	text = $state('');
	/** Lines that are not saved yet. */
	waiting = $state.raw<Line[]>([]);

	readonly #line: HallLine;
	#typedAt: number | null = null;

	constructor(line: HallLine) {
		this.#line = line;
	}

	/** Something was typed: when the line began, and whether it is full. */
	typed(language: string): void {
		if (this.text.trim() === '') this.#typedAt = null;
		else this.#typedAt ??= Date.now();
		if (this.text.length >= fullAt && /\s$/.test(this.text)) this.send(language);
	}

	/** Sends the line that is being typed, and begins the next. */
	send(language: string): void {
		const text = this.text.trim();
		const typedAt = this.#typedAt ?? Date.now();
		this.text = '';
		this.#typedAt = null;
		if (text) void this.#save({ id: newId(), text, language, typedAt, refused: null });
	}

	/** Brings a line onto the concern board: the one being typed, which is sent first, or the last one of the language. */
	async capture(language: string): Promise<void> {
		const { hall } = this.#line;
		const text = this.text.trim();
		let id = hall.captions.findLast((one) => one.language === language)?.id;
		if (text) {
			const typedAt = this.#typedAt ?? Date.now();
			this.text = '';
			this.#typedAt = null;
			id = await this.#save({ id: newId(), text, language, typedAt, refused: null });
		}
		if (id === undefined) return;
		const answer = await this.#line.send('card:capture', { meetingId: hall.meeting.id, kind: 'caption', id });
		toast(answer.ok ? { text: m.captioning_captured() } : { text: refusalInWords(answer), tone: 'danger' });
	}

	/** The same line again: if it was saved after all, it is not written twice. */
	again(line: Line): void {
		void this.#save({ ...line, refused: null });
	}

	/** @returns the id of the caption; undefined when it is not saved */
	async #save(line: Line): Promise<string | undefined> {
		const { id, text, language } = line;
		const others = () => this.waiting.filter((one) => one.id !== id);
		this.waiting = [...others(), line];
		const answer = await this.#line.send(
			'caption:write',
			{
				meetingId: this.#line.hall.meeting.id,
				...{ language, text },
				typedForMs: Math.min(30_000, Math.max(0, Date.now() - line.typedAt)),
			},
			id,
		);
		this.waiting = answer.ok ? others() : [...others(), { ...line, refused: refusalInWords(answer) }];
		return answer.ok ? answer.result.id : undefined;
	}
}
