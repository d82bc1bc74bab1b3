// What is done with cards beside writing them, through the hall's line: supports, capturing, concerns. What is counted comes back as events.
import type { Card } from '#domain/board.ts';
import { factsOfCard, type CardFacts } from '#domain/cards.ts';
import type { ClaimWords } from '#domain/claims.ts';
import type { CommandName, Commands } from '#domain/events.ts';
import type { HallLine } from '#lib/hall/connection.svelte.ts';
import { refusalInWords } from '#lib/hall/refusals.ts';
import { m } from '#lib/paraglide/messages.js';
import { toast } from '#lib/ui/toasts.svelte.ts';

export class CardDeeds {
	readonly #line: HallLine;
	readonly #author: () => string | null;
	/** Supports on their way to the server. */
	#supporting = $state.raw<Record<string, boolean>>({});

	/** @param author how the keys of the viewer's own cards begin */
	constructor(line: HallLine, author: () => string | null) {
		this.#line = line;
		this.#author = author;
	}

	factsOf(key: string): CardFacts {
		return factsOfCard(this.#line.hall.cards, key);
	}

	/** Whether the viewer supports it, as far as the viewer has said. */
	isSupported(key: string): boolean {
		return this.#supporting[key] ?? this.#line.hall.supported.includes(key);
	}

	isOnItsWay(key: string): boolean {
		return key in this.#supporting;
	}

	maySupport({ author, source }: Card): boolean {
		const { meeting, blocked, own } = this.#line.hall;
		const isOwn =
			author === this.#author() || (source.kind === 'question' && own.some(({ id }) => id === source.id));
		return meeting.state === 'live' && !blocked && !isOwn;
	}

	/** Supports a card or takes that back; what is pressed last counts, however quickly. */
	async support(key: string): Promise<void> {
		const isOnItsWay = this.isOnItsWay(key);
		this.#supporting = { ...this.#supporting, [key]: !this.isSupported(key) };
		if (isOnItsWay) return;
		let on: boolean;
		let isDone: unknown;
		do {
			on = this.#supporting[key]!;
			isDone = await this.#send('card:support', { ...this.#card(key), on });
		} while (isDone && this.#supporting[key] !== on);
		const { [key]: _, ...others } = this.#supporting;
		this.#supporting = others;
		if (!isDone) return;
		const { hall } = this.#line;
		const supported = hall.supported.filter((one) => one !== key);
		this.#line.hall = { ...hall, supported: on ? [...supported, key] : supported };
	}

	/** Makes a numbered concern of a card; can be undone at once. */
	async accept(key: string): Promise<void> {
		const answer = await this.#send('card:accept', this.#card(key));
		if (answer)
			toast({
				text: m.board_accepted({ number: answer.result.number }),
				undo: () => this.release(key),
			});
	}

	async release(key: string): Promise<void> {
		if (await this.#send('card:release', this.#card(key))) toast({ text: m.board_released() });
	}

	/** Whether the viewer, a resident, wrote it: then they have words to come back to it. */
	hasClaim({ author, kind, source }: Card): boolean {
		return author === this.#author() && kind === 'resident' && source.kind === 'typed';
	}

	async claim(key: string): Promise<ClaimWords | null> {
		return (await this.#send('card:claim', this.#card(key)))?.result ?? null;
	}

	/** The number of the question a card comes from, while it is public. */
	questionOf({ source }: Card): number | undefined {
		return this.#line.hall.questions.find(({ id }) => id === source.id)?.number;
	}

	get slug(): string {
		return this.#line.hall.meeting.slug;
	}

	#card(key: string) {
		return { meetingId: this.#line.hall.meeting.id, key };
	}

	async #send<C extends CommandName>(name: C, input: Commands[C]['input']) {
		const answer = await this.#line.send(name, input);
		if (answer.ok) return answer;
		toast({ text: refusalInWords(answer), tone: 'danger' });
		return null;
	}
}
