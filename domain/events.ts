// What travels between the hall and the server, typed once: commands go up, events come down.
import type * as v from 'valibot';
import type { Caption, captionInput } from './captions.ts';
import type { captureCardInput, CardFacts, cardInput, cardSupportInput } from './cards.ts';
import type { ClaimWords } from './claims.ts';
import type { DeskLook } from './desk.ts';
import type { Activity } from './activities.ts';
import type { DocumentMoment, momentInput, momentsInput } from './documentVersions.ts';
import type { RefusalCode } from './errors.ts';
import type { DeskFollowup } from './followups.ts';
import type { Meeting, Switches } from './meetings.ts';
import type { MinutesVersion } from './minutes.ts';
import type { DeskComment, DeskPin, OwnPin, PinComment, PinFacts } from './pins.ts';
import type * as p from './polls.ts';
import type { DeskPoll, Poll } from './polls.ts';
import type * as q from './questions.ts';
import type { DeskQuestion, OwnQuestion, Question } from './questions.ts';
import type {
	Headcount,
	checkInInput,
	correctSupportInput,
	enterQuestionInput,
	headsInput,
	supportInput,
} from './room.ts';
import type { Round } from './rounds.ts';
import type * as st from './stage.ts';
import type { OwnSpeaker, Sent, Source, Speaker, Stage } from './stage.ts';

/** What a hall's browser can ask for. Each goes up with an id of the browser's own and is answered by `Acknowledged`. */
export type Commands = {
	'hall:join': { input: { slug: string; seen: Seen }; result: Joined };
	'followups:join': { input: { seen: Seen }; result: Omit<Joined, 'watching'> };
	'map:join': { input: { roundId: string; seen: Seen }; result: Omit<Joined, 'watching'> };
	'question:ask': Asks<typeof q.askInput, OwnQuestion & { claim: ClaimWords }>;
	'question:similar': Asks<typeof q.similarInput, Question[]>;
	'question:withdraw': Asks<typeof q.questionInput>;
	'question:vote': Asks<typeof q.voteInput>;
	'question:act': Asks<typeof q.actInput>;
	'question:merge': Asks<typeof q.mergeInput>;
	'question:unmerge': Asks<typeof q.questionInput>;
	'question:label': Asks<typeof q.labelInput>;
	'question:pin': Asks<typeof q.pinInput>;
	'question:claim': Asks<typeof q.claimInput>;
	'question:freeze': Asks<typeof q.freezeInput>;
	'question:set-aside': Asks<typeof q.setAsideInput>;
	'question:block': Asks<typeof q.blockInput>;
	'question:unblock': Asks<typeof q.unblockInput>;
	'question:capture': Asks<typeof q.captureInput, { number: string }>;
	'poll:vote': Asks<typeof p.pollVoteInput>;
	'poll:open': Asks<typeof p.pollInput>;
	'poll:close': Asks<typeof p.closePollInput>;
	'poll:show': Asks<typeof p.pollInput>;
	'poll:screen': Asks<typeof p.screenPollInput>;
	'poll:capture': Asks<typeof p.capturePollInput, { number: string }>;
	'card:support': Asks<typeof cardSupportInput>;
	'card:capture': Asks<typeof captureCardInput, { key: string }>;
	'card:accept': Asks<typeof cardInput, { number: string }>;
	'card:release': Asks<typeof cardInput>;
	'card:claim': Asks<typeof cardInput, ClaimWords>;
	'document:moments': Asks<typeof momentsInput, DocumentMoment[]>;
	'document:look': Asks<typeof momentInput, { state: Uint8Array }>;
	'document:restore': Asks<typeof momentInput>;
	'question:undo': { input: { meetingId: string }; result: { act: string; questionIds: string[] } };
	'desk:look': { input: { meetingId: string }; result: DeskLook };
	'meeting:switch': { input: { meetingId: string } & Partial<Switches>; result: void };
	'meeting:go-live': { input: { meetingId: string }; result: void };
	'meeting:end': { input: { meetingId: string }; result: void };
	'room:check-in': Asks<typeof checkInInput>;
	'proxy:question': Asks<typeof enterQuestionInput, OwnQuestion & { claim: ClaimWords }>;
	'proxy:support': Asks<typeof supportInput>;
	'proxy:correct': Asks<typeof correctSupportInput>;
	'proxy:withdraw': Asks<typeof q.questionInput>;
	'room:count': Asks<typeof headsInput, Headcount>;
	'caption:write': Asks<typeof captionInput, Caption>;
	'stage:raise': Asks<typeof st.raiseInput, OwnSpeaker>;
	'stage:add': Asks<typeof st.raiseInput, { id: string }>;
	'stage:take': Asks<typeof st.stageInput, OwnSpeaker>;
	'stage:move': Asks<typeof st.speakerInput>;
	'stage:clear': Asks<typeof st.stageInput>;
	'stage:interpret': Asks<typeof st.interpreterInput>;
	'stage:block': Asks<typeof st.blockSpeakerInput>;
	'stage:unblock': Asks<typeof st.speakerBlockInput>;
	'stage:stop': Asks<typeof st.stopInput>;
	'stage:enter': Asks<typeof st.stageInput, EnteredStage>;
	'stage:transport': Asks<typeof st.transportInput, unknown>;
	'stage:connect': Asks<typeof st.connectInput>;
	'stage:send': Asks<typeof st.sendInput, { producerId: string }>;
	'stage:unsend': Asks<typeof st.unsendInput>;
	'stage:receive': Asks<typeof st.receiveInput, unknown>;
	'stage:want': Asks<typeof st.wantInput>;
	'stage:check': Asks<typeof st.checkInput, TriedWay | null>;
};
/**
 * What a browser needs to build its end of the stage: the router's RTP capabilities (mediasoup's own shape), what is sent now, what of
 * its own it may go on sending after a cut, and the operator's TURN servers.
 */
export type EnteredStage = {
	rtpCapabilities: unknown;
	sent: Sent[];
	switchedOn: Source[];
	iceServers: IceServer[];
};
/** A TURN server with a name and password of this browser's own (the browser's RTCIceServer). */
export type IceServer = { urls: string[]; username: string; credential: string };
/** The server's end of a way that is tried: transport and capabilities in mediasoup's own shape. */
export type TriedWay = { transport: unknown; rtpCapabilities: unknown; iceServers: IceServer[] };
type Asks<Input extends v.GenericSchema, Result = void> = { input: v.InferInput<Input>; result: Result };
export type CommandName = keyof Commands;

/** Commands whose repetition is harmless by itself; all others need the browser's id to be done once. */
export const repeatable: readonly CommandName[] = [
	'hall:join',
	'map:join',
	'followups:join',
	'question:similar',
	'question:vote',
	// Also because of what is kept of commands that are done once: nothing of a ballot may be there.
	'poll:vote',
	'card:claim',
	'document:moments',
	'document:look',
	'desk:look',
	'stage:enter',
	'stage:transport',
	'stage:connect',
	'stage:send',
	'stage:unsend',
	'stage:receive',
	'stage:want',
	'stage:check',
];

/** Why a question changed, so that a screen can say it and a returning browser can count what it missed. */
export type Change =
	| 'asked'
	| 'published'
	| 'held'
	| 'declined'
	| 'on-air'
	| 'off-air'
	| 'answered'
	| 'reopened'
	| 'merged'
	| 'unmerged'
	| 'deferred'
	| 'carried-over'
	| 'unanswered'
	| 'withdrawn'
	| 'labelled'
	| 'pinned'
	| 'captured'
	| 'claimed'
	| 'blocked'
	| 'counted'
	| 'disposed'
	| 'undone';

/** Events of the room `meeting:<id>`: everybody in the hall, now and when they come back. */
export type HallEvents = {
	'meeting:changed': { meeting: Meeting };
	'question:changed': { question: Question; change: Change };
	/** It is no longer public (held, declined or withdrawn): screens take it away. */
	'question:removed': { questionId: string; change: Change };
	/** New totals, at most four times a second. */
	'question:counted': { tallies: Tally[] };
	'poll:opened': { poll: Poll };
	/** So many have voted: never what, and once a second at most. */
	'poll:progress': { pollId: string; voted: number };
	'poll:closed': { poll: Poll };
	/** Its result is there for everybody, or is shown otherwise now. */
	'poll:results': { poll: Poll };
	/** The projector's page shows it, or no longer; or it has become a concern. */
	'poll:changed': { poll: Poll };
	/** What is counted and decided of these cards, as it is now. */
	'card:facts': { cards: CardFacts[] };
	/** Who is on air, and how many hands are up. */
	'stage:changed': { stage: Stage };
	'caption:written': { caption: Caption };
	/** Minutes that everybody can read now, or corrections to them. */
	'minutes:published': { version: MinutesVersion };
	/** A line says something else now. */
	'caption:corrected': { caption: Caption };
};
export type Tally = Pick<Question, 'id' | 'votes' | 'votesWithAccount' | 'votesAside'> &
	/** Told with all totals when they are hidden or shown; else it stays as it is. */
	Partial<Pick<Question, 'votesElsewhere'>>;

/** Events of the room `meeting:<id>:desk`: moderators. */
export type DeskEvents = {
	'desk:question': { question: DeskQuestion; change: Change; by: string | null };
	'desk:counted': { tallies: Tally[] };
	'desk:flagged': { questionId: string; freshVoters: number };
	'desk:poll': { poll: DeskPoll };
	'desk:poll-discarded': { pollId: string };
	'desk:stage': { speakers: Speaker[] };
};

/** Events of the room `meeting:<id>:city`: staff and moderators. */
export type CityEvents = {
	'city:heads': { heads: Headcount };
};

/** Events of the room `meeting:<id>:person:<pseudonym>`: the asker's own browsers. */
export type OwnEvents = {
	'own:question': { question: OwnQuestion; change: Change };
	'own:blocked': { blocked: boolean };
	'own:speaker': { speaker: OwnSpeaker | null };
};

/** Events of the room `map:<round>`: everybody who has the round's map open. Pins themselves come through the document. */
export type MapEvents = {
	'round:changed': { round: Round };
	/** What is counted and decided of these pins, as it is now. */
	'pin:facts': { pins: PinFacts[] };
	'pin:commented': { pinId: string; comment: PinComment };
	'pin:comment-removed': { pinId: string; commentId: string };
	'activity:recorded': { activity: Activity };
	'activity:removed': { activityId: string };
};

/** Events of the room `map:<round>:desk`: those who vet. */
export type MapDeskEvents = {
	'desk:pin': { pin: DeskPin };
	'desk:comment': { comment: DeskComment };
};

/** Events of the room `map:<round>:person:<pseudonym>`: the browsers of whoever placed a pin. */
export type OwnPinEvents = {
	'own:pin': { pin: OwnPin };
};

/** Events of the room `followups:desk`: the staff's board. */
export type FollowupDeskEvents = {
	'desk:followup': { followup: DeskFollowup; by: string | null };
	/** Something about the inbox has changed. */
	'desk:concern': { number: string };
};

export type RoomEvents = FollowupDeskEvents &
	HallEvents &
	DeskEvents &
	CityEvents &
	OwnEvents &
	MapEvents &
	MapDeskEvents &
	OwnPinEvents;
export type EventType = keyof RoomEvents;

/** One committed event of one room. `seq` counts 1, 2, 3 … within the room, without gaps. */
export type RoomEvent = {
	[T in EventType]: { room: string; seq: number; at: string; type: T; payload: RoomEvents[T] };
}[EventType];

export const hallRoom = (meetingId: string) => `meeting:${meetingId}`;
export const deskRoom = (meetingId: string) => `meeting:${meetingId}:desk`;
export const cityRoom = (meetingId: string) => `meeting:${meetingId}:city`;
export const personRoom = (meetingId: string, pseudonym: string) =>
	`meeting:${meetingId}:person:${pseudonym}`;

export const mapRoom = (roundId: string) => `map:${roundId}`;
export const mapDeskRoom = (roundId: string) => `map:${roundId}:desk`;
export const mapPersonRoom = (roundId: string, pseudonym: string) => `map:${roundId}:person:${pseudonym}`;

export const followupDeskRoom = 'followups:desk';

/** Last number seen per room. */
export type Seen = Record<string, number>;

/** How many people have the hall open; people on several devices count by browser. */
export type Presence = { meetingId: string; watching: number };

/** The answer to a command: sent after the commit, or with the reason why not. */
export type Acknowledged<T = void> =
	| { ok: true; result: T }
	/** `failed`: a bug on the server, nothing is saved. `unanswered`: no answer came; it may be saved, the same id finds out. */
	| {
			ok: false;
			code: RefusalCode | 'failed' | 'unanswered';
			field?: string;
			message: string;
			requestId?: string;
	  };

/**
 * The ack of `hall:join`: what was missed since `seen`, or `reload` when that is too far back. `rooms` are those the socket is in
 * now: others than the page knows of mean that somebody has signed in or out since.
 */
export type Joined = { missed: RoomEvent[]; reload: boolean; rooms: string[]; watching: number };

/** socket.io's events, by direction. */
export type ClientToServer = {
	[C in CommandName]: (
		input: Commands[C]['input'],
		id: string,
		ack: (answer: Acknowledged<Commands[C]['result']>) => void,
	) => void;
};
export type ServerToClient = {
	event: (event: RoomEvent) => void;
	presence: (presence: Presence) => void;
	/** Whether anything can be saved, told when that changes: PostgreSQL cannot be reached, or can be again. */
	saving: (isPossible: boolean) => void;
	/** The person's roles or session have changed: load the page anew. */
	'actor:changed': () => void;
	/** Something is being sent that this browser may receive, or no longer. */
	'stage:sent': (sent: Sent) => void;
	'stage:unsent': (gone: { producerId: string }) => void;
	/** Who is heard most at the moment; null in silence. */
	'stage:speaking': (loudest: { speakerId: string | null }) => void;
	/** The moderators' hand or a hold has closed what this browser was sending; `isByOwn`: the same person sends it from another one now. */
	'stage:stopped': (stopped: { sources: Source[]; isByOwn?: boolean }) => void;
	/** The way that carried this browser's sound and video in these directions is gone: make it anew. */
	'stage:lost': (lost: { directions: ('send' | 'receive')[] }) => void;
};
