// What a follow-up is linked to: the concerns that it answers, pins, questions, and the meeting where it was promised.
import { and, eq, inArray, ne, or, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { Refusal } from '#domain/errors.ts';
import { targetIn, type Target } from '#domain/followupTargets.ts';
import { linkInput } from '#domain/followups.ts';
import { authorize } from '#domain/policy.ts';
import type { Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import { assertStillPromised, followConcerns, lockConcern, lockRootsOf } from './concernMoves.ts';
import { answered, lockFollowup, write } from './followups.ts';
import { followupConcerns, followupLinks, meetings, pins, questions } from './schema/index.ts';

/**
 * Links it to a concern, a pin, a question, or the meeting where it was promised; a second time changes nothing, whatever has become of it.
 * A concern that nobody has answered yet is acknowledged with `text`.
 * @throws Refusal not-found, concern-state, reason-needed (`text`, where a concern waits for its first answer)
 */
export const linkFollowup = command(linkInput, async (work, { number, kind, id, text }) => {
	authorize(work.actor, 'followup:change');
	const { tx } = work;
	if (kind === 'concern') return linkConcern(work, number, id, text);
	const row = await lockFollowup(tx, number);
	const targetId = await findTarget(tx, kind, id);
	const linked = await tx
		.insert(followupLinks)
		.values({ followupId: row.id, kind, targetId })
		.onConflictDoNothing()
		.returning();
	if (linked.length > 0) await write(work, row, {}, { kind: 'linked', detail: { kind, id: targetId } });
});

async function linkConcern(work: Work, number: string, pasted: string, text: string): Promise<void> {
	const { tx } = work;
	const target = targetIn('concern', pasted);
	const found = await lockConcern(tx, 'id' in target ? target.id : pasted);
	const row = await lockFollowup(tx, number);
	const link = { followupId: row.id, concernId: found.id };
	const linked = await tx.insert(followupConcerns).values(link).onConflictDoNothing().returning();
	if (linked.length === 0) return;
	const concern = await answered(work, found, text);
	await write(work, row, {}, { kind: 'linked', detail: { kind: 'concern', id: found.number } });
	await followConcerns(work, [concern]);
}

/**
 * Takes a link away again; one that is not there changes nothing.
 * @throws Refusal not-found, last-followup (of a concern that was accepted)
 */
export const unlinkFollowup = command(linkInput, async (work, { number, kind, id }) => {
	authorize(work.actor, 'followup:change');
	const { tx } = work;
	// A concern may be merged: it is what it stands in now that the link has moved.
	const roots = kind === 'concern' ? await lockRootsOf(tx, number) : [];
	const row = await lockFollowup(tx, number);
	const gone =
		kind === 'concern'
			? await tx
					.delete(followupConcerns)
					.where(
						and(
							eq(followupConcerns.followupId, row.id),
							sql`${followupConcerns.concernId} in (select c.id from concerns c where c.number = ${id.toUpperCase()})`,
						),
					)
					.returning()
			: await tx
					.delete(followupLinks)
					.where(
						and(
							eq(followupLinks.followupId, row.id),
							eq(followupLinks.kind, kind),
							sql`${followupLinks.targetId}::text = ${id}`,
						),
					)
					.returning();
	if (gone.length === 0) return;
	if (row.visibility === 'public') await assertStillPromised(tx, roots);
	await write(work, row, {}, { kind: 'unlinked', detail: { kind, id } });
	await followConcerns(work, roots);
});

/** What a link can lead to: what everybody sees. */
const targets = {
	pin: (target: Target) => and(isIt(pins.id, target), eq(pins.vetting, 'published')),
	question: (target: Target) =>
		and(
			'id' in target
				? isIt(questions.id, target)
				: sql`${questions.number} = ${target.number} and exists (select from meetings m where m.id = ${questions.meetingId} and m.slug = ${target.meeting})`,
			inArray(questions.state, ['published', 'on-air', 'answered', 'deferred', 'carried-over', 'unanswered']),
		),
	meeting: (target: Target) =>
		and(
			or(isIt(meetings.id, target), 'id' in target ? eq(meetings.slug, target.id) : undefined),
			ne(meetings.state, 'draft'),
		),
};
const isIt = (column: AnyPgColumn, target: Target) =>
	'id' in target ? sql`${column}::text = lower(${target.id})` : sql`false`;

/**
 * The id of a public thing, by what somebody says or pastes: its id, its address, a meeting's short name.
 * @throws Refusal not-found for what is not there, or not public
 */
export async function findTarget(
	tx: Transaction,
	kind: keyof typeof targets,
	pasted: string,
): Promise<string> {
	const table = { pin: pins, question: questions, meeting: meetings }[kind];
	const [found] = await tx
		.select({ id: table.id })
		.from(table)
		.where(targets[kind](targetIn(kind, pasted)));
	if (!found) throw new Refusal('not-found', 'id');
	return found.id;
}
