// The demo town before and in the room: questions asked days ahead of an evening, and people who came to the live one without a phone.
import { eq, sql } from 'drizzle-orm';
import { takesQuestionsAhead } from '#domain/meetings.ts';
import type { Actor } from '#domain/people.ts';
import type { Database } from '../client.ts';
import { countSupport } from '../proxyVotes.ts';
import { actOnQuestions } from '../questionActs.ts';
import { askQuestion } from '../questions.ts';
import { countHeads } from '../room.ts';
import { meetings, questions } from '../schema/index.ts';
import { castVotes } from '../votes.ts';
import type { Townspeople } from './townspeople.ts';

const asked: { text: string; votes: number; waits?: boolean }[] = [
	{ text: 'How long are the recordings kept, and who deletes them?', votes: 14 },
	{ text: '¿Habrá cámaras delante de la escuela o de la iglesia?', votes: 9 },
	{ text: 'Can I see a recording on which I am?', votes: 4 },
	{ text: 'Will the cameras read license plates?', votes: 0, waits: true },
];

/** Asks and supports what residents want to know of a meeting to come, where it takes questions already; one waits for the desk. */
export async function askAhead(db: Database, { dana }: Townspeople, meetingId: string): Promise<void> {
	const [meeting] = await db.select().from(meetings).where(eq(meetings.id, meetingId));
	if (!meeting || !takesQuestionsAhead(meeting, Date.now())) return;
	for (const [i, { text, votes, waits }] of asked.entries()) {
		const { id } = await askQuestion(db, browser(`demo early asker ${i}`), {
			meetingId,
			text,
			anonymous: true,
		});
		if (waits) continue;
		await actOnQuestions(db, dana, { act: 'publish', questionIds: [id] });
		const voters = Array.from({ length: votes }, (_, n) => browser(`demo early voter ${n}`));
		await castVotes(
			db,
			voters.map((actor) => ({ actor, questionId: id, on: true })),
		);
	}
	// Everything was asked in this second: it is spread over the days since the begin.
	await db.execute(sql`
		update questions q set
			asked_at = m.questions_from + (now() - m.questions_from) * (q.number::numeric / (m.question_count + 1)),
			published_at = case when q.published_at is not null
				then m.questions_from + (now() - m.questions_from) * ((q.number + 0.5) / (m.question_count + 1)) end
		from meetings m where m.id = q.meeting_id and m.id = ${meetingId}`);
}

/** Who came to the room and who called, and the hands that were raised there for one question. */
export async function fillRoom(db: Database, { sam }: Townspeople, meetingId: string): Promise<void> {
	for (let n = 0; n < 14; n++) await countHeads(db, sam, { meetingId, kind: 'walk-in', by: 1 });
	for (let n = 0; n < 3; n++) await countHeads(db, sam, { meetingId, kind: 'caller', by: 1 });
	const rows = await db.select().from(questions).where(eq(questions.meetingId, meetingId));
	const scooters = rows.find(({ number, state }) => number === 3 && state === 'published');
	if (scooters) await countSupport(db, sam, { questionId: scooters.id, channel: 'room', count: 11 });
}

const browser = (guest: string): Actor => ({ guest, guestSince: 0, account: null });
