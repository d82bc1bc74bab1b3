// What those who listen to the page hear of the hall: summaries at a pace one can follow, never a flood.
import type { RoomEvent } from '#domain/events.ts';
import type { Hall } from '#domain/hall.ts';
import type { MeetingState } from '#domain/meetings.ts';
import { m } from '#lib/paraglide/messages.js';
import { announce, announceUrgently } from '#lib/ui/announce.svelte.ts';
import type { LineStatus } from './connection.svelte.ts';
import { ownStateInWords } from './states.ts';

/** An event that has just arrived. */
export function sayEvent(event: RoomEvent, hall: Hall): void {
	if (event.type === 'own:question') {
		const { question } = event.payload;
		return announce(m.hall_said_own({ number: question.number, state: ownStateInWords(question) }), {
			topic: `own-${question.id}`,
		});
	}
	if (event.type === 'poll:opened') {
		const { question } = event.payload.poll;
		return announce(m.poll_said_open({ question }), { topic: 'poll' });
	}
	if (event.type === 'poll:closed' || event.type === 'poll:results') {
		const { question, result } = event.payload.poll;
		if (result) return announce(m.poll_said_result({ question }), { topic: 'poll' });
		return announce(m.poll_said_closed({ question }), { topic: 'poll' });
	}
	if (event.type !== 'question:changed') return;
	const { question, change } = event.payload;
	const { number, text } = question;
	if (hall.own.some(({ id }) => id === question.id) && change === 'published') return;
	if (change === 'on-air') return announce(m.hall_said_on_air({ number, text }), { topic: 'on-air' });
	if (change === 'published')
		return announce(m.hall_said_published({ number, text }), {
			topic: 'published',
			summary: (count) => m.hall_new_questions({ count }),
		});
	if (change === 'answered')
		announce(m.hall_said_answered({ number }), {
			topic: 'answered',
			summary: (count) => m.hall_said_many_answered({ count }),
		});
}

let before: LineStatus = 'connecting';

/** The line was lost, or is back. */
export function sayStatus(status: LineStatus): void {
	const wasBroken = before === 'offline' || before === 'reconnecting';
	const isBroken = status === 'offline' || status === 'reconnecting';
	if (isBroken && !wasBroken) announceUrgently(m.hall_said_lost());
	if (status === 'connected' && wasBroken) announce(m.hall_said_back(), { topic: 'line' });
	before = status;
}

/** What the meeting has come to. */
export function sayMeeting(state: MeetingState): void {
	const words: Partial<Record<MeetingState, () => string>> = {
		live: m.hall_said_live,
		ended: m.hall_said_ended,
		cancelled: m.hall_cancelled_title,
	};
	const said = words[state];
	if (said) announce(said(), { topic: 'meeting' });
}
