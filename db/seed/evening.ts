// One evening of the demo town, played through the commands of a real one and then moved to its time.
import { sql } from 'drizzle-orm';
import type { Actor } from '#domain/people.ts';
import type { DeskAct } from '#domain/questions.ts';
import { readAreas } from '../areas.ts';
import { noteAttendance, tellArea } from '../attendance.ts';
import type { Database } from '../client.ts';
import { writeCaption } from '../captions.ts';
import { captureQuestion, disposeOfConcern } from '../concerns.ts';
import { pseudonymsIn } from '../identity.ts';
import { endMeeting } from '../meetings.ts';
import { actOnQuestions, disposeOfQuestion, labelQuestion } from '../questionActs.ts';
import { mergeQuestions } from '../questionMerges.ts';
import { askQuestion, withdrawQuestion } from '../questions.ts';
import { reportMeeting } from '../reports.ts';
import { keepMinutes, moveMinutesToTheirTime } from './minutes.ts';
import { announceTallies, castVotes } from '../votes.ts';
import { countSteps } from './eventTimes.ts';
import { demoVisitor, sayHowItWas } from './feedback.ts';
import { holdPolls, movePollsToTheirTime } from './polls.ts';
import type { Townspeople } from './townspeople.ts';
import type { Asked, Talk } from './talk.ts';

/** Plays a live meeting: who came, what was asked and voted, what was done with it; to its end and report if it had one. */
export async function holdMeeting(
	db: Database,
	cast: Townspeople,
	meetingId: string,
	talk: Talk,
): Promise<void> {
	await attend(db, meetingId, talk);
	const ids: string[] = [];
	for (const [i, asked] of talk.questions.entries()) ids.push(await ask(db, cast, meetingId, asked, i));
	await vote(db, meetingId, talk, ids);
	for (const [i, { mergedInto }] of talk.questions.entries())
		if (mergedInto !== undefined)
			await mergeQuestions(db, cast.dana, { questionIds: [ids[i]!], into: ids[mergedInto]! });
	for (const [i, asked] of talk.questions.entries()) await handle(db, cast, asked, ids, i);
	const said = await caption(db, cast, meetingId, talk);
	const numbers = await capture(db, cast, talk, ids);
	await holdPolls(db, cast.dana, meetingId, talk.polls ?? []);
	if (talk.isOver) {
		await sayHowItWas(db, meetingId, talk.visitors);
		await endMeeting(db, cast.dana, { meetingId });
		if (talk.kept) await keepMinutes(db, cast.dana, meetingId, talk.kept);
		for (const [i, asked] of talk.questions.entries()) await settleAfterwards(db, cast, asked, ids[i]!);
		for (const { number, outcome } of numbers)
			if (outcome) await disposeOfConcern(db, cast.dana, { number, ...outcome });
		if (talk.isReported) await reportMeeting(db, cast.dana, { meetingId });
	}
	await moveToItsTime(db, meetingId);
	await movePollsToTheirTime(db, meetingId);
	await moveMinutesToTheirTime(db, meetingId);
	await moveCaptionsToTheirTime(db, meetingId, said);
}

async function attend(db: Database, meetingId: string, { visitors, minutes }: Talk): Promise<void> {
	const people = Array.from({ length: visitors }, (_, i) => demoVisitor(i));
	const seconds = new Map(
		people.map((person, i) => [
			pseudonymsIn(meetingId, person, 'attend').guest!,
			(minutes * 60 * (30 + ((i * 37) % 70))) / 100,
		]),
	);
	await noteAttendance(db, meetingId, seconds, Math.round(visitors * 0.7));
	// Two thirds say where they live; some neighborhoods are too few to be shown.
	const [first, second, ...rest] = await readAreas(db);
	for (const [i, person] of people.entries()) {
		if (i % 3 === 2) continue;
		const area = i % 2 === 0 ? first : i % 5 === 0 ? rest[i % rest.length] : second;
		await tellArea(db, person, { meetingId, areaId: area!.id });
	}
}

async function ask(
	db: Database,
	cast: Townspeople,
	meetingId: string,
	{ text, by, now }: Asked,
	i: number,
): Promise<string> {
	const asker = askerOf(cast, by, i);
	const { id } = await askQuestion(db, asker, { meetingId, text, anonymous: !by });
	if (now !== 'submitted' && now !== 'held')
		await actOnQuestions(db, cast.dana, { questionIds: [id], act: 'publish' });
	if (now === 'held') await actOnQuestions(db, cast.dana, { questionIds: [id], act: 'hold' });
	return id;
}

async function vote(db: Database, meetingId: string, talk: Talk, ids: string[]): Promise<void> {
	const ballots = talk.questions.flatMap(({ votes = 0, now }, i) =>
		now === 'submitted' || now === 'held'
			? []
			: Array.from({ length: votes }, (_, n) => ({
					actor: voter(i, n),
					questionId: ids[i]!,
					on: true,
				})),
	);
	// In steps, as totals are told in an evening; the votes of all questions are mixed.
	for (let step = 0; step < countSteps; step++) {
		const some = ballots.filter((_, n) => n % countSteps === step);
		const refused = (await castVotes(db, some)).find((code) => code !== null);
		if (refused) throw new Error(`a vote of the demo town was refused: ${refused}`);
		await announceTallies(db, meetingId);
	}
}

async function handle(
	db: Database,
	cast: Townspeople,
	asked: Asked,
	ids: string[],
	i: number,
): Promise<void> {
	const questionId = ids[i]!;
	const act = (act: DeskAct, more: object = {}, by = cast.dana) =>
		actOnQuestions(db, by, { questionIds: [questionId], act, ...more });
	if (asked.labels) await labelQuestion(db, cast.dana, { questionId, labels: asked.labels });
	switch (asked.now) {
		case 'answered':
			await act('put-on-air');
			return void (await act('answer-live', { answer: asked.answer }));
		case 'answered-in-writing':
			return void (await act('answer-in-writing', { answer: asked.answer }, cast.sam));
		case 'on-air':
			return void (await act('put-on-air'));
		case 'declined':
			return void (await act('decline', { reason: asked.reason, note: asked.note }));
		case 'deferred':
			return void (await act('defer'));
		case 'withdrawn':
			return withdrawQuestion(db, askerOf(cast, asked.by, i), { questionId });
	}
}

/** What was said while a question was on air, as a captioner wrote it. @returns the ids of the lines, question by question */
async function caption(
	db: Database,
	cast: Townspeople,
	meetingId: string,
	{ questions }: Talk,
): Promise<string[][]> {
	const said: string[][] = [];
	for (const { said: lines = [] } of questions) {
		const ids = [];
		for (const text of lines)
			ids.push((await writeCaption(db, cast.dana, { meetingId, language: 'en', text })).id);
		said.push(ids);
	}
	return said;
}

/** Line after line from when the question went on air, one each five seconds. */
async function moveCaptionsToTheirTime(db: Database, meetingId: string, said: string[][]): Promise<void> {
	for (const [i, ids] of said.entries())
		for (const [n, id] of ids.entries())
			await db.execute(sql`
				update captions c set at = q.on_air_at + ${n * 5 + 2} * interval '1 second',
					written_at = q.on_air_at + ${n * 5 + 5} * interval '1 second'
				from questions q where c.id = ${id} and q.meeting_id = ${meetingId} and q.number = ${i + 1}`);
}

async function capture(db: Database, cast: Townspeople, talk: Talk, ids: string[]) {
	const numbers = [];
	for (const [i, { concern }] of talk.questions.entries()) {
		if (!concern) continue;
		const { number } = await captureQuestion(db, cast.dana, { questionId: ids[i]!, title: concern.title });
		numbers.push({ number, outcome: concern.outcome });
	}
	return numbers;
}

/** What is done with a question when the evening is over: an answer by letter, an outcome for the report. */
async function settleAfterwards(
	db: Database,
	cast: Townspeople,
	asked: Asked,
	questionId: string,
): Promise<void> {
	if (asked.now === 'answered-later')
		await actOnQuestions(db, cast.sam, {
			questionIds: [questionId],
			act: 'answer-in-writing',
			answer: asked.answer,
		});
	if (asked.now === 'carried-over')
		await actOnQuestions(db, cast.dana, { questionIds: [questionId], act: 'carry-over' });
	if (asked.outcome) await disposeOfQuestion(db, cast.dana, { questionId, ...asked.outcome });
}

/** Everything has happened in this second: it is spread over the evening, and what came afterwards over the days after it. */
async function moveToItsTime(db: Database, meetingId: string): Promise<void> {
	const ofThis = sql`meeting_id = ${meetingId}`;
	await db.execute(sql`
		update meetings set
			created_at = starts_at - interval '30 days',
			went_live_at = starts_at + interval '1 minute',
			ended_at = case when state in ('ended', 'reported') then ends_at + interval '3 minutes' end,
			reported_at = case when state = 'reported' then ends_at + interval '6 days' end,
			updated_at = case state when 'live' then starts_at + interval '1 minute'
				when 'ended' then ends_at + interval '3 minutes' else ends_at + interval '6 days' end
		where id = ${meetingId}`);
	// A live meeting has used a part of its time: its questions were asked between its start and now.
	await db.execute(sql`
		with evening as (
			select m.id, m.went_live_at as start, least(m.ends_at, now() - interval '1 minute') as until, m.question_count as n
			from meetings m where m.id = ${meetingId}
		), asked as (
			select q.id, e.start + (e.until - e.start) * (q.number::numeric / (e.n + 1)) as at, e.until
			from questions q join evening e on e.id = q.meeting_id
		)
		update questions q set
			asked_at = a.at,
			published_at = case when q.published_at is not null then a.at + (a.until - a.at) * 0.05 end,
			on_air_at = case when q.on_air_at is not null then a.at + (a.until - a.at) * 0.5 end,
			answered_at = case q.answered_how when 'live' then a.at + (a.until - a.at) * 0.6
				when 'writing' then case when m.state = 'live' then a.at + (a.until - a.at) * 0.7 else a.until + interval '2 days' end end
		from asked a, meetings m where q.id = a.id and m.id = q.meeting_id`);
	await db.execute(sql`
		update concerns c set captured_at = q.asked_at + interval '5 minutes' from questions q where q.concern = c.number and q.${ofThis}`);
	await db.execute(sql`
		update question_acts a set at = least(q.asked_at + interval '1 minute', m.ended_at)
		from questions q, meetings m where q.id = a.question_id and m.id = a.meeting_id and a.${ofThis} and m.state <> 'live'`);
}

/** Somebody who asks: by name, or a browser of their own. */
function askerOf(cast: Townspeople, by: Asked['by'], i: number): Actor {
	return by ? cast[by] : { guest: `demo asker ${i}`, guestSince: 0, account: null };
}

/** The n-th who votes for the i-th question. Every fourth has an account. */
function voter(i: number, n: number): Actor {
	const who = `demo voter ${(n + i * 5) % 90}`;
	const account = { id: who, name: who, email: '', roles: [] };
	return { guest: who, guestSince: 0, account: (n + i) % 4 === 0 ? account : null };
}
