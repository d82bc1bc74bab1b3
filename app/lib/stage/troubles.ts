// Why there is no picture or no sound, and what the page says of it.
import { m } from '#lib/paraglide/messages.js';
import { troubleOf, type DeviceSource } from '#lib/devices/choice.ts';

export type StageTrouble =
	| 'away'
	| 'no-worker'
	| 'not-supported'
	| 'refused'
	| 'missing'
	| 'in-use'
	| 'not-sent'
	| 'muted'
	| `unplugged-${DeviceSource}`;

export const troubleWords: Record<StageTrouble, () => string> = {
	away: m.stage_trouble_away,
	'no-worker': m.stage_trouble_no_worker,
	'not-supported': m.stage_trouble_not_supported,
	refused: m.stage_trouble_refused,
	missing: m.stage_trouble_missing,
	'in-use': m.stage_trouble_in_use,
	'unplugged-camera': m.stage_trouble_unplugged_camera,
	'unplugged-microphone': m.stage_trouble_unplugged_microphone,
	'not-sent': m.stage_trouble_not_sent,
	muted: m.stage_trouble_muted,
};

/** What went wrong while a source was switched on. */
export function stageTroubleOf(error: unknown): StageTrouble {
	const trouble = troubleOf(error);
	return trouble === 'failed' ? 'not-sent' : trouble;
}
