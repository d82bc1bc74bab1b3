// Who may do what: one table, asked by pages (to hide), by every write (to refuse), by room joins and calls.
import { Refusal } from './errors.ts';
import type { Visibility } from './followups.ts';
import { isMinuted, type MeetingState } from './meetings.ts';
import { has, type Actor } from './people.ts';
import type { RoundState } from './rounds.ts';

/** What the rules need to know of a meeting and of the person in it. */
export type MeetingSubject = { state: MeetingState };
export type RoundSubject = { state: RoundState };
export type FollowupSubject = { visibility: Visibility };
/** `blocked`: a moderator has blocked this person (either of the browser's or the account's pseudonyms) in the meeting. */
export type TakingPart = { blocked: boolean };
export type OwnSubject = TakingPart & { own: boolean };

const isModerator = (actor: Actor) => has(actor, 'moderator');
const isAdmin = (actor: Actor) => has(actor, 'admin');
const isSomebody = (actor: Actor) => actor.guest !== null || actor.account !== null || actor.system === true;
/** Speaks and acts for the city. */
const isOfCity = (actor: Actor) => isModerator(actor) || has(actor, 'staff');
const takesPart = (actor: Actor, subject: TakingPart) => isSomebody(actor) && !subject.blocked;

const rules = {
	'meeting:read': (actor: Actor, meeting: MeetingSubject) => meeting.state !== 'draft' || isModerator(actor),
	'meeting:create': isModerator,
	'meeting:edit': isModerator,
	'meeting:discard': isModerator,
	'meeting:publish': isModerator,
	'meeting:cancel': isModerator,
	'meeting:run': isModerator,
	'meeting:report': isModerator,
	/** Needs neither account nor guest: an address alone. */
	'registration:make': () => true,
	'registration:read': isModerator,
	/** Be told of a meeting, or of what one follows, on a device. It belongs to its browser: the guest cookie. */
	'push:set': (actor: Actor) => actor.guest !== null,
	'hall:join': (actor: Actor, meeting: MeetingSubject) => rules['meeting:read'](actor, meeting),
	'desk:join': isModerator,
	'attendance:read': isModerator,

	'question:ask': takesPart,
	'question:vote': takesPart,
	'question:withdraw': (actor: Actor, subject: OwnSubject) => isSomebody(actor) && subject.own,
	'question:act': isModerator,
	'question:answer': isOfCity,
	'question:merge': isModerator,
	'question:label': isModerator,
	'question:pin': isModerator,
	'question:claim': isModerator,
	'question:freeze': isModerator,
	'question:undo': isModerator,
	'question:block': isModerator,
	'question:dispose': isModerator,
	/** Make, open, close and show polls. */
	'poll:run': isModerator,
	'poll:vote': takesPart,
	/** To try before a meeting whether one's line carries sound and video. */
	'stage:check': () => true,
	'stage:watch': (actor: Actor, meeting: MeetingSubject) => rules['hall:join'](actor, meeting),
	'stage:ask': takesPart,
	'stage:move': (actor: Actor, subject: OwnSubject) => isSomebody(actor) && subject.own,
	'stage:manage': isModerator,
	/** Say “I am in the room”. */
	'room:check-in': isSomebody,
	'attendance:tell': isSomebody,
	/** Enter what was asked in the room, by phone or on paper; bring somebody into the queue for the microphone. */
	'proxy:enter': isOfCity,
	/** Take back what one has entered for somebody. */
	'proxy:correct': (actor: Actor, subject: { own: boolean }) => isOfCity(actor) && subject.own,
	/** Count walk-ins and callers. */
	'room:count': isOfCity,
	'caption:write': (actor: Actor) => isModerator(actor) || has(actor, 'captioner'),
	'caption:correct': (actor: Actor) => isModerator(actor) || has(actor, 'captioner'),
	/** Read what a caption said before it was corrected. */
	'caption:versions': (actor: Actor) => isOfCity(actor) || has(actor, 'captioner'),
	'recording:remove': isModerator,
	'board:read': (actor: Actor, meeting: MeetingSubject) => rules['meeting:read'](actor, meeting),
	'board:write': takesPart,
	'board:edit': isOfCity,
	'card:support': takesPart,
	/** Bring a question, a caption or a pin onto the board. */
	'board:capture': isOfCity,
	/** Type the minutes of a meeting, and see them before they are published. */
	'minutes:write': (actor: Actor, meeting: MeetingSubject) => isOfCity(actor) && isMinuted(meeting.state),
	/** Make a version of the minutes that everybody can read. */
	'minutes:publish': isModerator,
	/** See a document that is shared as it stood, and make it stand so again. */
	'document:restore': isModerator,
	'map:read': (actor: Actor, round: RoundSubject) => round.state !== 'planned' || isOfCity(actor),
	/** Set up, open, close, report, next round. */
	'map:run': isModerator,
	'map:edit': isOfCity,
	'pin:place': takesPart,
	'pin:support': takesPart,
	'pin:comment': takesPart,
	'pin:withdraw': (actor: Actor, subject: OwnSubject) => isSomebody(actor) && subject.own,
	'pin:photo': (actor: Actor, subject: OwnSubject) =>
		isOfCity(actor) || (takesPart(actor, subject) && subject.own),
	'pin:vet': isModerator,
	'pin:mark': isOfCity,
	'activity:record': isOfCity,
	'concern:read': () => true,
	'concern:dispose': isModerator,
	'concern:capture': isOfCity,
	'concern:merge': isModerator,
	/** Acknowledge, decline, refer, open again; take from the inbox. */
	'concern:answer': isOfCity,
	'followup:read': (actor: Actor, followup: FollowupSubject) =>
		followup.visibility === 'public' || isOfCity(actor),
	/** See the staff's board and the inbox. */
	'followup:board': isOfCity,
	/** Propose, change, move, link, tell of the progress. */
	'followup:change': isOfCity,
	/** Say whether it is fixed; who is asked is decided by what they asked for and support. */
	'followup:answer': isSomebody,
	'unit:change': isAdmin,
	/** Say afterwards how a meeting was; whether they were there is known by the visit alone. */
	'feedback:give': isSomebody,
	/** Read the free words. */
	'feedback:read': isOfCity,
	/** Publish free words, or keep them for the city. */
	'feedback:vet': isModerator,
	/** Set how long things are kept, and stop the removal for a meeting. */
	'retention:set': isAdmin,
	'retention:hold': isAdmin,

	'person:invite': isAdmin,
	'person:list': isAdmin,
	'person:change': isAdmin,
	'audit:read': isAdmin,
};

export type Verb = keyof typeof rules;
/** What a verb's rule wants to know of the thing it is about; `undefined` for those that only ask who. */
export type SubjectOf<V extends Verb> =
	Parameters<(typeof rules)[V]> extends [Actor, infer S] ? S : undefined;

/** Every verb, for the generated table and the test that asks each as each role. */
export const verbs = Object.keys(rules) as Verb[];

type Subject<V extends Verb> = SubjectOf<V> extends undefined ? [] : [subject: SubjectOf<V>];

/** Whether the actor may do it. */
export function can<V extends Verb>(actor: Actor, verb: V, ...subject: Subject<V>): boolean {
	const rule = rules[verb] as (actor: Actor, subject?: unknown) => boolean;
	return rule(actor, subject[0]);
}

/**
 * Refuses what the actor may not do.
 * @throws Refusal blocked | sign-in-needed (nobody is signed in) | second-factor-needed (their roles wait for it) | forbidden
 */
export function authorize<V extends Verb>(actor: Actor, verb: V, ...subject: Subject<V>): void {
	if (can(actor, verb, ...subject)) return;
	const about = subject[0] as { blocked?: boolean } | undefined;
	if (about?.blocked) throw new Refusal('blocked');
	if (!actor.account) throw new Refusal('sign-in-needed');
	throw new Refusal(actor.account.needsSecondFactor ? 'second-factor-needed' : 'forbidden');
}
