// What is said when a camera or microphone cannot be used: what happened, and what to do now.
import { m } from '#lib/paraglide/messages.js';
import type { DeviceSource, DeviceTrouble } from './choice.ts';

type Words = { title: () => string; text: () => string };

export const deviceWords: Record<DeviceSource, Record<DeviceTrouble, Words>> = {
	camera: {
		refused: { title: m.devices_camera_refused, text: m.devices_refused_text },
		missing: { title: m.devices_camera_missing, text: m.devices_missing_text },
		'in-use': { title: m.devices_camera_in_use, text: m.devices_in_use_text },
		failed: { title: m.devices_camera_failed, text: m.devices_failed_text },
	},
	microphone: {
		refused: { title: m.devices_microphone_refused, text: m.devices_refused_text },
		missing: { title: m.devices_microphone_missing, text: m.devices_missing_text },
		'in-use': { title: m.devices_microphone_in_use, text: m.devices_in_use_text },
		failed: { title: m.devices_microphone_failed, text: m.devices_failed_text },
	},
};
