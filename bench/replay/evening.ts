// A full evening that is over, by the commands of the hall: questions with their tallies, captions, a poll, cards and pins.
import { changeDocument } from '#db/documents.ts';
import { endMeeting, setSwitches } from '#db/meetings.ts';
import { actOnQuestions } from '#db/questionActs.ts';
import { askQuestion } from '#db/questions.ts';
import { captions } from '#db/schema/index.ts';
import { announceTallies, castVotes } from '#db/votes.ts';
import { addCard, beginBoard } from '#domain/board.ts';
import { dana, guest, liveMeeting } from '#tests/cast.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import type { Place } from '../place.ts';

export const evening = { questions: 200, voters: 40, tallies: 1_000, cards: 100, pins: 200, captions: 3_600 };

/** @returns the meeting, still live */
export async function playEvening({ db }: Place): Promise<{ id: string; slug: string }> {
	const meeting = await liveMeeting(db);
	const { id: meetingId, slug } = meeting;
	await setSwitches(db, dana, { meetingId, boardOpen: true, mapOpen: true });
	const asked: string[] = [];
	for (let n = 0; n < evening.questions; n++) {
		const text = `When will the light at corner ${n} be mended?`;
		asked.push((await askQuestion(db, guest(`asker ${n}`), { meetingId, text, anonymous: true })).id);
	}
	for (let n = 0; n < evening.tallies; n++) {
		const ballots = Array.from({ length: 8 }, (_, v) => ({
			...{ actor: guest(`voter ${(n * 8 + v) % evening.voters}`), on: true },
			questionId: asked[(n * 7 + v * 13) % asked.length]!,
		}));
		await castVotes(db, ballots);
		await announceTallies(db, meetingId);
	}
	for (const questionId of asked.slice(0, asked.length / 2)) {
		await actOnQuestions(db, dana, { act: 'put-on-air', questionIds: [questionId] });
		await actOnQuestions(db, dana, { act: 'answer-live', questionIds: [questionId] });
	}
	await db.transaction((tx) => changeDocument(tx, { kind: 'board', id: meetingId }, beginBoard));
	for (let n = 0; n < evening.cards; n++) {
		const card = { text: `The light at corner ${n}`, column: 'heard', kind: 'resident' as const };
		await db.transaction((tx) =>
			changeDocument(tx, { kind: 'board', id: meetingId }, (doc) => addCard(doc, `someone ${n}`, 'a', card)),
		);
	}
	const { id: roundId } = await openMap(db);
	for (let n = 0; n < evening.pins; n++)
		await pinOf(db, guest(`walker ${n}`), roundId, { note: `Dark at corner ${n}` });
	const began = Date.now();
	for (let n = 0; n < evening.captions; n += 600)
		await db.insert(captions).values(
			Array.from({ length: 600 }, (_, i) => ({
				...{ meetingId, language: 'en', at: new Date(began + (n + i) * 2_000) },
				text: `So that corner ${n + i} is safe for children on their way to school, we begin in March.`,
			})),
		);
	return { id: meetingId, slug };
}

export const endEvening = ({ db }: Place, meetingId: string) => endMeeting(db, dana, { meetingId });
