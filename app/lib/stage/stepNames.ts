// What the steps of the ladder for weak lines are called.
import { m } from '#lib/paraglide/messages.js';
import type { Step } from './quality.ts';

export const stepNames: Record<Step, () => string> = {
	all: m.quality_all,
	speaker: m.quality_speaker,
	sound: m.quality_sound,
	text: m.quality_text,
};
