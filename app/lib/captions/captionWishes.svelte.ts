// How a viewer wants captions: in which language, how large, how strong. Remembered in this browser alone.
import { captionedLanguages, type Caption } from '#domain/captions.ts';
import { recalled, recalledText, remember } from '#lib/memory.ts';

export const captionSizes = ['normal', 'large', 'huge'] as const;
export const captionContrasts = ['page', 'strong'] as const;
export const off = 'off';

const keys = { language: 'captions-language', size: 'captions-size', contrast: 'captions-contrast' } as const;

export class CaptionWishes {
	/** A language, `off`, or null: the page's own. */
	language = $state<string | null>(recalledText(keys.language));
	size = $state(recalled(keys.size, captionSizes));
	contrast = $state(recalled(keys.contrast, captionContrasts));

	set<Key extends keyof typeof keys>(key: Key, value: NonNullable<this[Key]>): void {
		this[key] = value;
		remember(keys[key], value);
	}

	/** The language to show of those that are written; null shows none. */
	shownOf(captions: readonly Caption[], pageLanguage: string): string | null {
		if (this.language === off) return null;
		const written = captionedLanguages(captions);
		return (
			written.find((one) => one === this.language) ??
			written.find((one) => one === pageLanguage) ??
			written[0] ??
			null
		);
	}
}
