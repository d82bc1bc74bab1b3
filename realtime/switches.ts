// What each speaker has switched on, as the server knows it: so much may go on after a cut, and nothing else.
import type { Source } from '#domain/stage.ts';

export type Switches = {
	on(meetingId: string, speakerId: string, source: Source, socketId: string): void;
	/** Switched off by whoever may: themselves, a moderator. Without a source all of theirs. */
	off(speakerId: string, source?: Source): void;
	/**
	 * What may be sent again from this line: pictures from whichever line the person comes back with, sound only from the one it was
	 * sent from. A microphone that was on in a line that is gone stays off until it is pressed.
	 */
	of(speakerId: string, socketId: string): Source[];
	/** Forgets the speakers of a meeting who may send no more. */
	keep(meetingId: string, maySend: (speakerId: string) => boolean): void;
};

export function makeSwitches(): Switches {
	const speakers = new Map<string, { meetingId: string; on: Map<Source, string> }>();
	return {
		on(meetingId, speakerId, source, socketId) {
			const speaker = speakers.get(speakerId) ?? { meetingId, on: new Map<Source, string>() };
			speaker.on.set(source, socketId);
			speakers.set(speakerId, speaker);
		},
		off(speakerId, source) {
			const on = speakers.get(speakerId)?.on;
			if (source) on?.delete(source);
			if (!source || on?.size === 0) speakers.delete(speakerId);
		},
		of: (speakerId, socketId) =>
			[...(speakers.get(speakerId)?.on ?? [])]
				.filter(([source, from]) => source !== 'microphone' || from === socketId)
				.map(([source]) => source),
		keep(meetingId, maySend) {
			for (const [speakerId, speaker] of speakers)
				if (speaker.meetingId === meetingId && !maySend(speakerId)) speakers.delete(speakerId);
		},
	};
}
