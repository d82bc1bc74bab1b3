// Which camera and microphone this browser's person has chosen, and how the browser is asked for them. Remembered in this browser alone.
import { kindOf, type Source } from '#domain/stage.ts';
import { recalledText, remember } from '#lib/memory.ts';

export type DeviceSource = Exclude<Source, 'screen'>;
export type Facing = 'user' | 'environment';
export type Choice = {
	/** The browser's id of the device; null leaves it to the browser. */
	camera: string | null;
	microphone: string | null;
	/** Of a phone's cameras: towards the person, or away. */
	facing: Facing;
};

/** Why a device cannot be used. */
export type DeviceTrouble = 'refused' | 'missing' | 'in-use' | 'failed';

const memory = 'stage-devices';
const untouched: Choice = { camera: null, microphone: null, facing: 'user' };

export function rememberedChoice(): Choice {
	try {
		return { ...untouched, ...(JSON.parse(recalledText(memory) ?? '{}') as Partial<Choice>) };
	} catch {
		return untouched;
	}
}

export const rememberChoice = (choice: Choice): void => remember(memory, JSON.stringify(choice));

/** What the browser is asked for. Wishes, not demands: a device that was unplugged since is replaced by another. */
export function constraintsOf(source: DeviceSource, choice: Choice): MediaStreamConstraints {
	const id = choice[source];
	if (source === 'microphone')
		return {
			audio: { echoCancellation: true, noiseSuppression: true, ...(id && { deviceId: { ideal: id } }) },
		};
	const which = id ? { deviceId: { ideal: id } } : { facingMode: { ideal: choice.facing } };
	return { video: { width: { ideal: 1280 }, height: { ideal: 720 }, ...which } };
}

/** Asks the browser for what was chosen. @throws what `troubleOf` puts into words */
export async function trackOf(source: Source, choice = rememberedChoice()): Promise<MediaStreamTrack> {
	const { mediaDevices } = navigator;
	const stream =
		source === 'screen'
			? await mediaDevices.getDisplayMedia({ video: { frameRate: 15 } })
			: await mediaDevices.getUserMedia(constraintsOf(source, choice));
	const [track] = kindOf[source] === 'audio' ? stream.getAudioTracks() : stream.getVideoTracks();
	if (!track) throw new DOMException('no track', 'NotFoundError');
	return track;
}

const troubles: Record<string, DeviceTrouble> = {
	NotAllowedError: 'refused',
	SecurityError: 'refused',
	NotFoundError: 'missing',
	OverconstrainedError: 'missing',
	NotReadableError: 'in-use',
	AbortError: 'in-use',
};

/** Why the browser did not give a device. */
export function troubleOf(error: unknown): DeviceTrouble {
	return (error instanceof Error && troubles[error.name]) || 'failed';
}
