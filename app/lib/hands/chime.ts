// A soft sound for moderators when a hand goes up: two notes made on the spot. It can be switched off, and is remembered so.
import { recalledText, remember } from '#lib/memory.ts';

const memory = 'stage-chime';
/** A row of hands is one sound, not a melody. */
const pauseMs = 10_000;
let lastAt = -pauseMs;

export const wantsChime = (): boolean => recalledText(memory) !== 'off';
export const rememberChime = (on: boolean): void => remember(memory, on ? 'on' : 'off');

/** Sounds, unless it has just sounded. Browsers allow it once the page has been pressed. */
export function chime(): void {
	if (performance.now() - lastAt < pauseMs) return;
	lastAt = performance.now();
	const context = new AudioContext();
	const volume = new GainNode(context, { gain: 0 });
	volume.connect(context.destination);
	volume.gain.linearRampToValueAtTime(0.06, context.currentTime + 0.02);
	volume.gain.linearRampToValueAtTime(0, context.currentTime + 0.5);
	const tone = new OscillatorNode(context, { frequency: 660 });
	tone.frequency.setValueAtTime(880, context.currentTime + 0.15);
	tone.connect(volume);
	tone.start();
	tone.stop(context.currentTime + 0.55);
	tone.onended = () => void context.close();
}
