// How many votes a second are on the disk before they are acknowledged: all on one question, the worst case.
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { makeLogger } from '#db/log.ts';
import { askQuestion } from '#db/questions.ts';
import { voteForQuestion } from '#db/votes.ts';
import type { Actor } from '#domain/people.ts';
import { startVotes } from '#realtime/votes.ts';
import { guest, liveMeeting } from '#tests/cast.ts';
import { makeHistogram } from './histogram.ts';
import type { Place } from './place.ts';
import { ms, type Section } from './table.ts';

const bareGroup = 50;

export async function durableVotes(place: Place): Promise<Section> {
	await place.db.execute(
		sql`create table bare_votes (question int, voter text, primary key (question, voter))`,
	);
	await place.db.execute(sql`create table bare_totals (question int primary key, votes int)`);
	await place.db.execute(sql`insert into bare_totals values (1, 0)`);

	const rows = [
		await measured('bare rows in groups of 50, one writer', 60_000, bareGroup, (first) => bare(place, first)),
		await measured('**Porchlight**, one at a time on 10 connections', 6_000, 10, await single(place)),
	];
	for (const waiting of [500, 1_000, 2_000]) {
		const queue = startVotes(place.db, makeLogger({ LOG_LEVEL: 'warn' }));
		const questionId = await newQuestion(place);
		const vote = (n: number) => queue.cast({ actor: voter(n), questionId, on: true });
		const name = `**Porchlight** in groups, ${waiting.toLocaleString('en-US')} people voting at once`;
		rows.push(await measured(name, 100_000, waiting, vote));
		await queue.close();
		const { votes } = (await place.db.query.questions.findFirst({
			where: (q, { eq }) => eq(q.id, questionId),
		}))!;
		if (votes !== 100_000) throw new Error(`${votes} of 100,000 votes were counted`);
	}
	return {
		title: 'Durable votes',
		text:
			'Different people vote on one question; a vote is answered after its commit (fsync on). The bare rows have a primary key and one total, and no ' +
			'check of who may vote. The total is compared with the votes cast after each run.',
		head: ['way', 'votes a second', 'answer p50', 'p95', 'p99'],
		rows,
	};
}

/** Does something `count` times, `atOnce` of them under way at any time. */
async function measured(
	name: string,
	count: number,
	atOnce: number,
	act: (n: number) => Promise<unknown>,
): Promise<string[]> {
	await wait(200);
	const times = makeHistogram();
	let next = 0;
	const began = performance.now();
	const worker = async () => {
		while (next < count) {
			const sent = performance.now();
			await act(next++);
			times.add(performance.now() - sent);
		}
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	const perSecond = count / ((performance.now() - began) / 1000);
	return [
		name,
		Math.round(perSecond).toLocaleString('en-US'),
		...[0.5, 0.95, 0.99].map((share) => ms(times.quantile(share))),
	];
}

let gathering: number[] = [];
let writing: Promise<unknown> = Promise.resolve();
let group: Promise<unknown> | undefined;

/** A row and the total, as simple as it gets: whoever comes while a group is being written is in the next. */
function bare({ db }: Place, voter: number): Promise<unknown> {
	gathering.push(voter);
	return (group ??= writing =
		writing.then(async () => {
			const voters = gathering;
			gathering = [];
			group = undefined;
			await db.transaction(async (tx) => {
				await tx.execute(
					sql`insert into bare_votes select 1, unnest(${sql.param(voters.map(String))}::text[]) on conflict do nothing`,
				);
				await tx.execute(sql`update bare_totals set votes = votes + ${voters.length} where question = 1`);
			});
		}));
}

async function single(place: Place): Promise<(n: number) => Promise<void>> {
	const questionId = await newQuestion(place);
	return (n) => voteForQuestion(place.db, voter(n), { questionId, on: true });
}

async function newQuestion({ db }: Place): Promise<string> {
	const { id: meetingId } = await liveMeeting(db);
	const ask = { meetingId, text: 'To be voted for by many', anonymous: true };
	return (await askQuestion(db, guest('ann'), ask)).id;
}

const voter = (n: number): Actor => guest(`voter ${n}`);
