// An evening with everything that a report can tell of: all kinds of polls, questions from everywhere, people who came in every way.
import { noteAttendance, tellArea } from '#db/attendance.ts';
import type { Database } from '#db/client.ts';
import { acknowledgeConcern } from '#db/concernMoves.ts';
import { captureQuestion, disposeOfConcern } from '#db/concerns.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { endMeeting, goLive, publishMeeting, setSwitches } from '#db/meetings.ts';
import { deskPolls } from '#db/pollReads.ts';
import { capturePoll, closePoll, makePoll, openPoll, showPoll, vetWords } from '#db/polls.ts';
import { voteInPoll } from '#db/pollVotes.ts';
import { enterQuestion } from '#db/proxies.ts';
import { countSupport } from '#db/proxyVotes.ts';
import { actOnQuestions, disposeOfQuestion } from '#db/questionActs.ts';
import { askQuestion } from '#db/questions.ts';
import { reportMeeting } from '#db/reports.ts';
import { checkIn, countHeads } from '#db/room.ts';
import { areas } from '#db/schema/index.ts';
import { castVotes } from '#db/votes.ts';
import type { Choice, PollFormInput } from '#domain/polls.ts';
import { anEvening, dana, guest, maria, sam, tom } from './cast.ts';
import { move, proposed } from './promises.ts';

/** Parts of the city in which so many of the evening's people live; the last is nobody's. */
export const livedIn = { 'Elm Park': 13, 'Lake Side': 11, 'Mill Hill': 3, 'North End': 0 };
/** Polls with their ballots; the fourth is not shown. */
const held: { poll: PollFormInput; ballots: Choice[]; isShown?: boolean }[] = [
	{
		poll: { kind: 'single', question: 'More light on Elm Street?', options: ['Yes', 'No', 'Not sure'] },
		ballots: [[0], [0], [0], [1]],
	},
	{
		poll: { kind: 'ranked', question: 'Which street first?', options: ['Oak', 'Elm', 'Ash'] },
		ballots: [[0], [0], [1], [1], [2, 1]],
	},
	{
		poll: { kind: 'scale', question: 'How safe do you feel?', to: 5, low: 'not at all', high: 'very' },
		ballots: [[2], [3], [5]],
	},
	{
		poll: { kind: 'single', question: 'Something kept back?', options: ['Seventeen', 'Nineteen'] },
		ballots: [[0]],
		isShown: false,
	},
	{
		poll: { kind: 'words', question: 'One word for tonight?', most: 2 },
		ballots: [['light'], ['light', 'hope'], ['rude']],
	},
	{
		poll: { kind: 'multiple', question: 'When do you walk here?', options: ['Morning', 'Night'], most: 2 },
		ballots: [[0], [0, 1]],
	},
];

/** @param isReported the books are closed, too */
export async function fullEvening(db: Database, { isReported = true } = {}) {
	const { id, slug } = await createMeeting(db, dana, {
		...anEvening,
		...{ placeKind: 'hybrid', place: 'Lincoln School gym' },
	});
	const meeting = { meetingId: id };
	await publishMeeting(db, dana, meeting);
	await goLive(db, dana, meeting);
	await setSwitches(db, dana, { ...meeting, vetting: false });
	const { online, byPhone, ...told } = await said(db, id);
	for (const one of held) await hold(db, id, one);
	const [first] = await deskPolls(db, id);
	const { number: fromPoll } = await capturePoll(db, dana, { pollId: first!.id });
	await came(db, id);
	await endMeeting(db, dana, meeting);
	if (isReported) {
		await disposeOfQuestion(db, dana, { questionId: online, disposition: 'follow-up', note: 'In spring.' });
		await disposeOfQuestion(db, dana, { questionId: byPhone, disposition: 'carried-over' });
		await disposeOfConcern(db, dana, { number: told.number, disposition: 'follow-up' });
		await disposeOfConcern(db, dana, { number: fromPoll, disposition: 'carried-over' });
		await reportMeeting(db, dana, meeting);
	}
	return { id, slug, fromPoll, ...told };
}

async function said(db: Database, meetingId: string) {
	const online = await askQuestion(db, guest('ann'), {
		...{ meetingId, anonymous: true },
		text: 'Who mends the light at Elm & 5th?',
	});
	const answered = await askQuestion(db, maria, {
		meetingId,
		anonymous: false,
		text: 'Is there a crossing at the school?',
	});
	const { id: byPhone } = await enterQuestion(db, sam, {
		...{ meetingId, channel: 'phone' },
		text: 'Can I speak to somebody in Spanish?',
	});
	await castVotes(db, [
		{ actor: maria, questionId: online.id, on: true },
		{ actor: tom, questionId: online.id, on: true },
	]);
	await countSupport(db, sam, { questionId: online.id, channel: 'room', count: 14 });
	await actOnQuestions(db, dana, {
		questionIds: [answered.id],
		act: 'answer-in-writing',
		answer: 'Yes, from May on.',
	});
	const { number } = await captureQuestion(db, dana, { questionId: online.id });
	await acknowledgeConcern(db, sam, { number, text: 'We are looking at it.' });
	const promise = await proposed(db, [number], { title: 'Mend the light' });
	await move(db, promise, 'committed');
	return { number, promise, online: online.id, byPhone };
}

async function hold(
	db: Database,
	meetingId: string,
	{ poll, ballots, isShown = true }: (typeof held)[number],
) {
	const { pollId } = await makePoll(db, dana, { meetingId, poll });
	await openPoll(db, dana, { pollId });
	for (const [n, choice] of ballots.entries()) await voteInPoll(db, guest(`voter ${n}`), { pollId, choice });
	await closePoll(db, dana, { pollId, show: isShown });
	if (poll.kind === 'words') {
		await vetWords(db, dana, { pollId, words: ['light', 'hope'] });
		await showPoll(db, dana, { pollId });
	}
}

/** Some in the room, some on the phone, most online; some say where they live. */
async function came(db: Database, meetingId: string): Promise<void> {
	const shape = { type: 'Polygon' as const, coordinates: [] };
	await db
		.insert(areas)
		.values(Object.keys(livedIn).map((name) => ({ name, shape })))
		.onConflictDoNothing();
	const known = new Map((await db.select().from(areas)).map(({ id, name }) => [name, id]));
	for (let n = 0; n < 3; n++) await checkIn(db, guest(`in the room ${n}`), { meetingId });
	for (let n = 0; n < 4; n++) await countHeads(db, sam, { meetingId, kind: 'walk-in', by: 1 });
	for (let n = 0; n < 2; n++) await countHeads(db, sam, { meetingId, kind: 'caller', by: 1 });
	for (const [name, count] of Object.entries(livedIn))
		for (let n = 0; n < count; n++)
			await tellArea(db, guest(`of ${name} ${n}`), { meetingId, areaId: known.get(name)! });
	const silent = Array.from({ length: 5 }, (_, n) => [`silent ${n}`, 60] as const);
	await noteAttendance(db, meetingId, new Map(silent), 29);
}
