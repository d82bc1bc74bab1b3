// The stage's keys: one stroke each, none that the desk needs. They are switched off together with the desk's.
import { helpKey, isForOthers, wantsKeys } from '#lib/desk/keys.ts';
import { announce } from '#lib/ui/announce.svelte.ts';
import { m } from '#lib/paraglide/messages.js';
import type { StageEnd } from './stage.svelte.ts';

export const stageKeys = { mute: 'q', hand: 'y', layout: 'g' } as const;
export type StageDeed = keyof typeof stageKeys | 'help';

/** Turns the microphone off or on; said, as the eyes may be elsewhere. */
export async function turnMicrophone(end: StageEnd): Promise<void> {
	if (end.sending.microphone) end.stop('microphone');
	else await end.start('microphone');
	announce(end.sending.microphone ? m.stage_said_unmuted() : m.stage_said_muted(), { topic: 'own-sound' });
}

/** Keys with what they do, for the list of short cuts. */
export const stageKeyRows = (): [key: string, words: string][] => [
	[stageKeys.mute, m.stage_key_mute()],
	[stageKeys.hand, m.stage_key_hand()],
	[stageKeys.layout, m.stage_key_layout()],
];

/** What a stroke stands for; undefined when it is for somebody else. */
export function deedOf(event: KeyboardEvent): StageDeed | undefined {
	if (!wantsKeys() || isForOthers(event) || event.repeat) return undefined;
	const key = event.key.toLowerCase();
	if (key === helpKey) return 'help';
	return (Object.keys(stageKeys) as (keyof typeof stageKeys)[]).find((deed) => stageKeys[deed] === key);
}
