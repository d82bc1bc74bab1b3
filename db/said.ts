// What was said elsewhere in a meeting and can be brought onto its board: the words, whose they are, and when.
import { and, eq } from 'drizzle-orm';
import type { Card } from '#domain/board.ts';
import type { CapturedKind } from '#domain/cards.ts';
import { Refusal } from '#domain/errors.ts';
import { has, type Actor } from '#domain/people.ts';
import { isPublic } from '#domain/questions.ts';
import type { Reader } from './client.ts';
import { captions, pins, questions, type meetings } from './schema/index.ts';

type Said = { text: string; kind: Card['kind']; at: Date };
type MeetingRow = typeof meetings.$inferSelect;

/** @throws Refusal not-found, question-state, pin-state: only what everybody sees is brought onto a board */
export async function saidElsewhere(
	tx: Reader,
	actor: Actor,
	meeting: MeetingRow,
	kind: CapturedKind,
	id: string,
): Promise<Said> {
	switch (kind) {
		case 'question': {
			const [question] = await tx
				.select()
				.from(questions)
				.where(and(eq(questions.id, id), eq(questions.meetingId, meeting.id)));
			if (!question) throw new Refusal('not-found');
			if (!isPublic(question)) throw new Refusal('question-state');
			return { text: question.text, kind: 'resident', at: question.onAirAt ?? question.askedAt };
		}
		case 'caption': {
			const [caption] = await tx
				.select()
				.from(captions)
				.where(and(eq(captions.id, id), eq(captions.meetingId, meeting.id)));
			if (!caption) throw new Refusal('not-found');
			// Whoever spoke is not known: it stands under the name of those who brought it.
			return { text: caption.text, kind: has(actor, 'moderator') ? 'moderator' : 'staff', at: caption.at };
		}
		case 'pin': {
			const [pin] = await tx.select().from(pins).where(eq(pins.id, id));
			if (!pin) throw new Refusal('not-found');
			if (pin.vetting !== 'published') throw new Refusal('pin-state');
			// A pin was placed some other day: the moment is the one in which the meeting spoke of it.
			return { text: pin.note, kind: pin.kind, at: new Date() };
		}
	}
}

/** A moment in a meeting: seconds since it went live; null when it was before that. */
export function saidAt({ wentLiveAt }: Pick<MeetingRow, 'wentLiveAt'>, at: Date): number | null {
	const seconds = wentLiveAt && Math.floor((at.getTime() - wentLiveAt.getTime()) / 1_000);
	return seconds !== null && seconds >= 0 ? seconds : null;
}
