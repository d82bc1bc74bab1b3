// The stage: who sends sound and video in a hall, and the way there. media/ carries it; what stands here is who may.
import * as v from 'valibot';
import type { Channel } from './channels.ts';
import { blockReasons, note as blockNote } from './questions.ts';
import { dtlsParameters, rtpCapabilities, rtpParameters } from './stageParameters.ts';

/**
 * A speaker's way: they raise a hand, a moderator asks them in, they wait in the green room (heard by moderators alone), go on air,
 * and are back in the audience. Moderators take the stage at once.
 */
export const speakerStates = ['waiting', 'invited', 'green-room', 'on-air', 'left'] as const;
export type SpeakerState = (typeof speakerStates)[number];

/** Where a speaker may go from each state, and who says so. Everything else is refused. */
export const speakerMoves = {
	invite: { from: ['waiting'], to: 'invited', by: 'moderator' },
	accept: { from: ['invited'], to: 'green-room', by: 'speaker' },
	admit: { from: ['green-room'], to: 'on-air', by: 'moderator' },
	/** To the microphone in the room: nobody is seen or heard from there by way of a browser, so there is no green room. */
	call: { from: ['waiting'], to: 'on-air', by: 'moderator' },
	dismiss: { from: ['waiting', 'invited', 'green-room', 'on-air'], to: 'left', by: 'moderator' },
	leave: { from: ['waiting', 'invited', 'green-room', 'on-air'], to: 'left', by: 'speaker' },
} as const satisfies Record<
	string,
	{ from: readonly SpeakerState[]; to: SpeakerState; by: 'moderator' | 'speaker' }
>;
export type SpeakerMove = keyof typeof speakerMoves;

/** What one sends: each at most once per speaker. */
export const sources = ['microphone', 'camera', 'screen'] as const;
export type Source = (typeof sources)[number];
export const kindOf: Record<Source, 'audio' | 'video'> = {
	microphone: 'audio',
	camera: 'video',
	screen: 'video',
};

/** Hands of the room and of the browsers stand in one queue. */
export const speakerChannels = ['online', 'room'] as const satisfies Channel[];
export type SpeakerChannel = (typeof speakerChannels)[number];

/** Somebody on air, as everybody sees them. */
export type OnStage = {
	id: string;
	name: string;
	/** At the microphone in the room, or with a browser. */
	channel: SpeakerChannel;
	isModerator: boolean;
	/** Signs or speaks what others say. */
	isInterpreter: boolean;
	/** ISO 8601 in UTC; null while they are not on air. */
	onAirSince: string | null;
};
/** Who is next. A name is told beforehand only in the room, where people are called by it. */
export type NextUp = { channel: SpeakerChannel; name: string | null };
/** The stage as everybody in the hall sees it. */
export type Stage = { onAir: OnStage[]; waiting: number; next: NextUp | null };
/** A speaker as moderators see them, in the order of their hands. Times are ISO 8601 in UTC. */
export type Speaker = OnStage & {
	state: SpeakerState;
	raisedAt: string;
	/** Has not been on air in this meeting before. */
	isFirstTime: boolean;
};
/** One's own way to the stage; `place` counts from 1 while waiting. */
export type OwnSpeaker = {
	id: string;
	name: string;
	channel: SpeakerChannel;
	state: SpeakerState;
	place: number | null;
};

/**
 * Hands in the order in which they are asked in: as they were raised, or those who speak for the first time before the others.
 * @param queue as the hands were raised
 */
export function inQueueOrder<One extends { state: SpeakerState; isFirstTime: boolean }>(
	queue: readonly One[],
	{ firstTimeFirst }: { firstTimeFirst: boolean },
): One[] {
	const waitsLonger = (one: One) => firstTimeFirst && one.state === 'waiting' && !one.isFirstTime;
	return [...queue.filter((one) => !waitsLonger(one)), ...queue.filter(waitsLonger)];
}

/** Seconds before the end at which a speaker is told. */
const soonOverSeconds = 30;
export type SpeakingTime = { spoken: number; left: number | null; phase: 'speaking' | 'soon-over' | 'over' };

/**
 * How long somebody has been on air, and how long is left. Nobody is cut off by it.
 * @param minutes the limit; 0 is none
 * @param now milliseconds since 1970, as the server counts
 * @returns in whole seconds; null for those whose time is not counted
 */
export function speakingTime(
	{ onAirSince, isModerator, isInterpreter }: Pick<OnStage, 'onAirSince' | 'isModerator' | 'isInterpreter'>,
	minutes: number,
	now: number,
): SpeakingTime | null {
	if (onAirSince === null || isModerator || isInterpreter) return null;
	const spoken = Math.max(0, Math.floor((now - Date.parse(onAirSince)) / 1000));
	if (minutes === 0) return { spoken, left: null, phase: 'speaking' };
	const left = Math.max(0, minutes * 60 - spoken);
	return { spoken, left, phase: left === 0 ? 'over' : left <= soonOverSeconds ? 'soon-over' : 'speaking' };
}

/** What calls somebody out of the queue: to the microphone in the room at once, a browser is asked in first. */
export const callOf = (speaker: { channel: SpeakerChannel }): SpeakerMove =>
	speaker.channel === 'room' ? 'call' : 'invite';

export const emptyStage: Stage = { onAir: [], waiting: 0, next: null };

/** Something that is being sent, as the page learns of it. `speakerId` names who. */
export type Sent = { producerId: string; speakerId: string; source: Source };

/** Whether what a speaker sends may be received: on air by all, in the green room by moderators. */
export function isHeardBy(
	speaker: { state: SpeakerState; isModerator: boolean; channel: SpeakerChannel },
	listener: { isModerator: boolean },
	meeting: { stageHeld: boolean },
): boolean {
	// The microphone in the room is not ours: what a browser sent from there would be an echo.
	if (speaker.channel === 'room') return false;
	if (meeting.stageHeld && !speaker.isModerator) return false;
	return speaker.state === 'on-air' || (speaker.state === 'green-room' && listener.isModerator);
}

/**
 * The tiles of a screen: everybody on air; in the green room for moderators all, for others themselves. Each once: one step is told in
 * several rooms, one after the other, and for a moment somebody is here and there.
 */
export function tilesFor(
	stage: Stage,
	speakers: readonly Speaker[] | null,
	own: OwnSpeaker | null,
): (OnStage & { isOnAir: boolean })[] {
	const waiting = [
		...(speakers ?? []),
		...(own ? [{ ...own, isModerator: false, isInterpreter: false, onAirSince: null }] : []),
	];
	const tiles = [
		...stage.onAir.map((one) => ({ ...one, isOnAir: true })),
		...waiting.filter(({ state }) => state === 'green-room').map((one) => ({ ...one, isOnAir: false })),
	];
	return [...new Map(tiles.toReversed().map((one) => [one.id, one])).values()]
		.toReversed()
		.map(({ id, name, channel, isModerator, isInterpreter, onAirSince, isOnAir }) => ({
			id,
			name,
			channel,
			isModerator,
			isInterpreter,
			onAirSince,
			isOnAir,
		}));
}

const meetingId = v.pipe(v.string(), v.uuid());
const speakerId = v.pipe(v.string(), v.uuid());
/** Raising a hand shows a name to moderators, and on air to all; in the room it may be left out. */
export const raiseInput = v.object({
	meetingId,
	name: v.pipe(v.string(), v.normalize('NFC'), v.trim(), v.maxLength(60)),
});
export const stageInput = v.object({ meetingId });
/** Says that a speaker interprets for others, or no longer. */
export const interpreterInput = v.object({ speakerId, isInterpreter: v.boolean() });
/** Stops what a speaker sends, or everybody but moderators where no speaker is named: one source, or all. */
export const stopInput = v.object({
	speakerId: v.optional(speakerId),
	source: v.optional(v.picklist(sources)),
});

export const speakerBlockInput = v.object({ speakerId });
export const blockSpeakerInput = v.object({
	speakerId,
	reason: v.picklist(blockReasons),
	note: blockNote,
});

const ownId = v.pipe(v.string(), v.maxLength(100));
export const transportInput = v.object({ meetingId, direction: v.picklist(['send', 'receive']) });
export const connectInput = v.object({ meetingId, transportId: ownId, dtlsParameters });
/** Tries the way to the stage from no hall: first without parameters to open it, then with them to connect. */
export const checkInput = v.object({ dtlsParameters: v.optional(dtlsParameters) });
export const sendInput = v.pipe(
	v.object({ meetingId, transportId: ownId, source: v.picklist(sources), rtpParameters }),
	v.check(
		({ source, rtpParameters: { codecs } }) =>
			codecs.every(({ mimeType }) => mimeType.startsWith(`${kindOf[source]}/`)),
		'sound and pictures are not the same',
	),
);
export const unsendInput = v.object({ meetingId, producerId: ownId });
export const receiveInput = v.object({
	meetingId,
	transportId: ownId,
	producerId: ownId,
	rtpCapabilities,
});
/**
 * What a browser wants of something it receives: nothing (a picture that is out of sight, sound only), or up to a layer of the
 * camera (0 the smallest).
 */
export const wantInput = v.object({
	meetingId,
	consumerId: ownId,
	want: v.union([v.literal('nothing'), v.literal('all'), v.picklist([0, 1, 2])]),
});
export type Want = v.InferOutput<typeof wantInput>['want'];
export const speakerInput = v.object({
	speakerId,
	move: v.picklist(Object.keys(speakerMoves) as SpeakerMove[]),
});
