// Recordings of the stage: made only while everybody in the hall can see that they are, kept until a date that everybody can read.
import * as v from 'valibot';

/**
 * `recording`: going on. `recorded`: over, the film is being made. `ready`: can be watched. `failed`: the film could not be made, the
 * packets are kept. `removed`: by a moderator, or because its time was over.
 */
export const recordingStates = ['recording', 'recorded', 'ready', 'failed', 'removed'] as const;
export type RecordingState = (typeof recordingStates)[number];

/** A recording as everybody may know of it. Times are ISO 8601 in UTC; `keepUntil` is a date. */
export type Recording = {
	id: string;
	state: RecordingState;
	startedAt: string;
	seconds: number | null;
	bytes: number | null;
	keepUntil: string;
	removedAt: string | null;
	/** Why a moderator removed it; null when its time was over. */
	removedBecause: string | null;
};

/** A moment of a recording that one can go to: a question that was on air. `seconds` from its beginning. */
export type Chapter = { seconds: number; questionId: string; number: number; text: string };

export const removeRecordingInput = v.object({
	recordingId: v.pipe(v.string(), v.uuid()),
	reason: v.pipe(v.string(), v.normalize('NFC'), v.trim(), v.minLength(3), v.maxLength(300)),
});

/**
 * The chapters of a recording: each question that was on air while it went on, in the order of the film.
 * @param onAir when a question was put on air, milliseconds since 1970
 */
export function chaptersOf(
	recording: { startedAt: number; seconds: number },
	onAir: readonly { at: number; questionId: string; number: number; text: string }[],
): Chapter[] {
	return onAir
		.map(({ at, ...question }) => ({ seconds: (at - recording.startedAt) / 1_000, ...question }))
		.filter(({ seconds }) => seconds >= 0 && seconds < recording.seconds)
		.sort((a, b) => a.seconds - b.seconds);
}
