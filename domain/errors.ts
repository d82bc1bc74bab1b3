// Everything that can be refused in words a person understands. Everything else is a bug and is thrown.

/** Code → HTTP status and the English sentence; other languages translate by code (`error_<code>` in app/messages). */
export const refusals = {
	'bad-input': [400, 'Something in what you sent is missing or not in the form it should have.'],
	'not-found': [404, 'There is nothing here, or it is not for you to see.'],
	'sign-in-needed': [401, 'Please sign in first.'],
	forbidden: [403, 'That is not yours to do.'],
	blocked: [403, 'A moderator has blocked you from taking part in this meeting. You can still watch.'],
	'wrong-origin': [403, 'This came from another site, so nothing was done.'],
	'too-fast': [429, 'That was too fast. Wait a moment, then try again.'],
	'slow-mode': [429, 'Slow mode is on: you can ask again in a little while.'],
	'too-large': [413, 'That is too large to send.'],
	'database-away': [503, 'Not saved: the database cannot be reached right now. Try again in a moment.'],
	'meeting-not-live': [409, 'The meeting is not live.'],
	'meeting-state': [409, 'The meeting is no longer in the state this needs. Look again.'],
	'meeting-times': [400, 'The end must be after the start, and within 24 hours of it.'],
	'questions-from-late': [400, 'Questions in advance have to open before the meeting begins.'],
	'changed-since': [
		409,
		'Somebody else has changed this since you opened it. Nothing of yours was saved yet.',
	],
	'slug-taken': [409, 'That address is already used by another meeting.'],
	'report-incomplete': [
		409,
		'Every published question and captured concern needs an outcome before the report.',
	],
	'questions-closed': [409, 'Questions are closed at the moment.'],
	'anonymous-not-allowed': [403, 'This meeting takes questions with a name only. Please sign in to ask.'],
	'name-needed': [403, 'Your account has no name yet. Give it one on your account page, or ask anonymously.'],
	'no-guest': [403, 'This browser cannot ask anonymously yet. Load the page again, then try once more.'],
	'question-state': [409, 'The question is no longer in the state this needs. Look again.'],
	'own-question': [403, 'You cannot vote for your own question.'],
	'votes-frozen': [409, 'The count of this question is frozen by a moderator.'],
	'poll-state': [409, 'The poll is no longer in the state this needs. Look again.'],
	'poll-closed': [409, 'This poll is closed. It does not take answers any more.'],
	'feedback-closed': [409, 'Feedback on this meeting is not taken any more.'],
	'feedback-not-there': [403, 'Feedback is for those who had the hall open or checked in.'],
	'feedback-with-account': [
		409,
		'Somebody has answered in this browser with an account. Sign in to answer yourself, or to change that answer.',
	],
	'retention-out-of-bounds': [400, 'So many days cannot be set for this.'],
	'retention-not-agreed': [
		409,
		'This removes something earlier, or the number of meetings has changed. Look at it again and agree.',
	],
	'poll-open-already': [409, 'Another poll is open. Close it first.'],
	'poll-voted-with-account': [
		409,
		'Somebody has voted in this browser with an account. Sign in to vote yourself, or to change that vote.',
	],
	'round-not-open': [409, 'This map does not take pins at the moment.'],
	'round-state': [409, 'The map is no longer in the state this needs. Look again.'],
	'round-open-already': [409, 'Another map is open. Close it first, or open this one as the next round.'],
	'outside-boundary': [400, 'That place is outside the area of this map. Choose a place inside the line.'],
	'place-unknown': [
		400,
		'We do not know that place. Tap the map, or type coordinates such as 41.62, -90.58.',
	],
	'category-unknown': [400, 'That kind of pin is not part of this map.'],
	'pin-state': [409, 'The pin is no longer in the state this needs. Look again.'],
	'own-pin': [403, 'You cannot support your own pin.'],
	'map-full': [409, 'This map holds as many pins as it can. Support one that is there.'],
	'too-many-pins': [409, 'You have placed as many pins as one person can in this round.'],
	'too-many-photos': [409, 'There can be three photos. Take one away before you add another.'],
	'claim-unknown': [
		404,
		'These four words belong to nothing here. Look whether they are spelled as you were given them.',
	],
	'not-a-picture': [400, 'That file is no picture we can read. Use a photo in JPEG, PNG, WebP or AVIF.'],
	'own-card': [403, 'You cannot support your own card.'],
	'card-empty': [409, 'The card has no words yet, so it cannot become a concern.'],
	'concern-merge': [409, 'A concern cannot be merged into itself or into one that is merged.'],
	'concern-turned-away': [
		409,
		'A concern that was declined or referred to somebody else stays by itself: nothing is merged with it.',
	],
	'unit-taken': [409, 'Another unit has that name.'],
	'unit-in-use': [409, 'That unit owns follow-ups. Give them to another unit first.'],
	'concern-state': [409, 'The concern is no longer in the state this needs. Look again.'],
	'followup-state': [409, 'The follow-up is no longer in the state this needs. Look again.'],
	'promise-incomplete': [400, 'A promise needs a unit, an owner and a day that is still to come.'],
	'promise-public': [409, 'What was promised in public stays public. Drop it with a reason, or keep it.'],
	'last-followup': [
		409,
		'This is the last public follow-up of a concern that was accepted. Link another one to that concern first.',
	],
	'review-needed': [400, 'Say on which day, still to come, this is looked at again.'],
	'evidence-needed': [400, 'Say or show what was done: residents will be asked whether it is so.'],
	'own-claim': [403, 'Somebody else has to look whether it is done: you have claimed it.'],
	'residents-first': [
		409,
		'Residents are asked first. If they have not decided after 30 days, somebody else of the city can look.',
	],
	'not-asked': [
		403,
		'Only those who asked for this, or supported it before it was said to be done, are counted here. Use the words you were given, or the browser you used then.',
	],
	'undo-too-late': [409, 'That was more than 30 days ago, so it stays as it is.'],
	'board-closed': [409, 'The board is closed at the moment.'],
	'check-in-closed': [
		409,
		'Checking in is possible from 15 minutes before a meeting in a room until its end.',
	],
	'no-room': [409, 'This meeting is held online only: it has no room.'],
	'stage-closed': [409, 'The stage is closed at the moment.'],
	'stage-away': [503, 'Sound and video cannot be had at the moment. Everything else in the hall works.'],
	'stage-missing': [
		503,
		'This server cannot carry sound and video yet: its video worker is not there. Everything else in the hall works.',
	],
	'not-on-stage': [403, 'You are not on the stage, so nothing of yours is sent.'],
	'speaker-state': [409, 'That person has moved on meanwhile. Look again.'],
	'reason-needed': [400, 'Please give a reason.'],
	'merge-loop': [409, 'A question cannot be merged into itself or into one that is merged.'],
	'nothing-to-undo': [409, 'There is nothing to undo, or it has changed since.'],
	'claimed-by-other': [409, 'Another moderator is handling this question.'],
	'invitation-gone': [410, 'This invitation was used, withdrawn or is too old. Ask for a new one.'],
	'last-admin': [409, 'This is the last admin: give the role to somebody else first.'],
	'sign-in-wrong': [401, 'That e-mail address and password do not belong together.'],
	'code-wrong': [401, 'That code is not right, or it was used before. Wait for the next one and try again.'],
	'sign-in-expired': [401, 'This took too long. Please start signing in again.'],
	'registration-closed': [409, 'Registration for this meeting is closed. Everybody can still come or watch.'],
	'offer-gone': [410, 'This place was held for you until a time that has passed, and was given on.'],
	'minutes-empty': [409, 'There is nothing in the minutes yet that could be published.'],
	'link-gone': [410, 'This link was used before or is too old. Ask for a new one.'],
	'password-wrong': [403, 'That is not your present password.'],
	'second-factor-needed': [403, 'Set up the second sign-in step first: staff accounts need it.'],
} as const satisfies Record<string, readonly [status: number, sentence: string]>;

export type RefusalCode = keyof typeof refusals;

/** Something was refused, in words. Becomes a 4xx, a form message, or `{ok: false, code}`. */
export class Refusal extends Error {
	readonly code: RefusalCode;
	/** Which field of the input, where one is to blame; dotted path. */
	readonly field: string | undefined;

	constructor(code: RefusalCode, field?: string) {
		super(refusals[code][1]);
		this.name = 'Refusal';
		this.code = code;
		this.field = field;
	}

	get status(): number {
		return refusals[this.code][0];
	}
}

/** Whether the error is a Refusal, also when it was made by the other copy of this module (Node's and SvelteKit's). */
export function isRefusal(error: unknown): error is Refusal {
	return (
		error instanceof Error && error.name === 'Refusal' && 'code' in error && String(error.code) in refusals
	);
}
