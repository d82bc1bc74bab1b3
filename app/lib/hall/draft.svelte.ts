// A question while it is being written: it survives a reload, and the same text sent again is the same question.
import { newId } from './id.ts';

type Kept = { text: string; anonymous: boolean; id: string | null; sent: string | null };

export class Draft {
	text = $state('');
	anonymous = $state(true);
	readonly #key: string;
	/** The id the text was last sent under, and what was sent. */
	#id: string | null = null;
	#sent: string | null = null;

	constructor(meetingId: string, anonymous: boolean) {
		this.#key = `draft:${meetingId}`;
		this.anonymous = anonymous;
	}

	/** The id to send it under: the same for the same words, so that a second try cannot ask twice. */
	idToSend(): string {
		const what = JSON.stringify([this.text.trim(), this.anonymous]);
		if (this.#id === null || this.#sent !== what) this.#id = newId();
		this.#sent = what;
		this.keep();
		return this.#id;
	}

	clear(): void {
		this.text = '';
		this.#id = null;
		this.#sent = null;
		this.keep();
	}

	/** Takes back what this tab had before a reload; what was typed meanwhile is not touched. */
	recall(): void {
		try {
			const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? 'null') as Kept | null;
			if (!kept || this.text) return;
			this.text = kept.text;
			this.anonymous = kept.anonymous;
			this.#id = kept.id;
			this.#sent = kept.sent;
		} catch {
			// This browser keeps nothing: the text lives as long as the page.
		}
	}

	keep(): void {
		const { text, anonymous } = this;
		try {
			if (text === '') sessionStorage.removeItem(this.#key);
			else
				sessionStorage.setItem(
					this.#key,
					JSON.stringify({ text, anonymous, id: this.#id, sent: this.#sent } satisfies Kept),
				);
		} catch {
			// As above.
		}
	}
}
