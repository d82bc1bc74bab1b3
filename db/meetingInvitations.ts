// Who is invited to a meeting: set and seen at the desk. The inviting itself stands in invitedFollowers.ts.
import { eq, inArray, sql, type SQL } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import { setInvitationsInput, type Invitations } from '#domain/meetingInvitations.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { readAreas } from './areas.ts';
import type { Reader } from './client.ts';
import { command } from './command.ts';
import { countInvitations, inviteFollowers, readInvited, withdrawInvitations } from './invitedFollowers.ts';
import { lockMeeting } from './meetings.ts';
import { areas, meetingAreas, meetingInvitations } from './schema/index.ts';

/**
 * Sets who is invited. Before the meeting is announced that is all; afterwards whoever is added is invited, and what waits to be written
 * to those who are left out, or to all once it is switched off, is written no more. Nobody is ever invited twice.
 * @throws Refusal not-found (also an area that is there no more), meeting-state
 */
export const setInvitations = command(setInvitationsInput, async (work, { meetingId, areaIds, ...set }) => {
	authorize(work.actor, 'meeting:edit');
	const { tx } = work;
	const meeting = await lockMeeting(tx, meetingId);
	if (meeting.state !== 'draft' && meeting.state !== 'scheduled') throw new Refusal('meeting-state');
	const chosen = [...new Set(areaIds)];
	if (chosen.length && (await tx.$count(areas, inArray(areas.id, chosen))) < chosen.length)
		throw new Refusal('not-found', 'areaIds');
	await tx
		.insert(meetingInvitations)
		.values({ meetingId, ...set })
		.onConflictDoUpdate({ target: meetingInvitations.meetingId, set });
	await tx.delete(meetingAreas).where(eq(meetingAreas.meetingId, meetingId));
	if (chosen.length) await tx.insert(meetingAreas).values(chosen.map((areaId) => ({ meetingId, areaId })));
	if (meeting.state === 'scheduled') {
		await withdrawInvitations(tx, meetingId);
		await inviteFollowers(work, meeting);
	}
	work.note('meeting:invite', `meeting:${meetingId}`, { ...set, areas: chosen.length });
});

/** How the invitations to a meeting stand, in numbers. @throws Refusal for who may not see it */
export async function readInvitations(db: Reader, actor: Actor, meetingId: string): Promise<Invitations> {
	authorize(actor, 'meeting:edit');
	const { isOn, isEverywhere, areaIds } = await readInvited(db, meetingId);
	const all = await readAreas(db);
	const counts = await followersByArea(db);
	return {
		...{ isOn, isEverywhere },
		areas: all.map(({ id, name }) => ({
			...{ id, name, isChosen: areaIds.includes(id) },
			followers: counts.get(id) ?? 0,
		})),
		followers:
			isOn && (isEverywhere || areaIds.length > 0)
				? await countFollowers(
						db,
						actor,
						sql`w.kind = 'everything' or w.kind = 'area' and (${isEverywhere}::boolean or w.subject = any (${sql.param(areaIds)}::text[]))`,
					)
				: 0,
		...(await countInvitations(db, meetingId)),
	};
}

/** Followers with letters, by what they follow: each address once, and without whoever announces it. */
async function countFollowers(db: Reader, { account }: Actor, followed: SQL): Promise<number> {
	const { rows } = await db.execute<{ count: number }>(sql`
		select count(distinct coalesce(f.email, p.email))::int as count from followers f left join people p on p.id = f.person_id
		where f.confirmed_at is not null and coalesce(f.email, p.email) is distinct from ${account?.email ?? null}::text and exists (select from follows w where w.follower_id = f.id and (${followed}))`);
	return rows[0]!.count;
}

async function followersByArea(db: Reader): Promise<Map<string, number>> {
	const { rows } = await db.execute<{ id: string; count: number }>(sql`
		select w.subject as id, count(*)::int as count from follows w join followers f on f.id = w.follower_id
		where w.kind = 'area' and f.confirmed_at is not null group by w.subject`);
	return new Map(rows.map(({ id, count }) => [id, count]));
}
