// Who is asked whether a follow-up is fixed: those who asked or placed what it is about, and those who support that.
import { and, desc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { Actor } from '#domain/people.ts';
import type { Reader, Transaction } from './client.ts';
import { answererIn, pseudonymsIn } from './identity.ts';
import { followupAsked } from './schema/index.ts';

/** `answerers`: what this person's answer may be signed with; the first where there is none yet. */
export type Standing = { isAsker: boolean; answerers: string[] };
type Followup = { id: string; claims: number };
/** Something that residents have asked, placed or written, and that the follow-up is about. `place`: its meeting or map round. */
type Said = {
	kind: 'question' | 'pin' | 'card';
	id: string;
	place: string;
	author: string;
	claim: string | null;
	/** The account, of a question that was asked by name. */
	askedById: string | null;
};
/** Whose answer counts: for what they asked, or for what they support. */
type Asked = { mark: string; answerer: string; isAsker: boolean };

/**
 * Notes whom a claim asks, in the transaction that makes it. Nobody gets an answer by what they ask or support once they know what it
 * would decide; and who has asked several things in one place stays one person, whatever is merged later.
 */
export async function noteAsked(tx: Transaction, { id: followupId, claims: claim }: Followup): Promise<void> {
	const said = await saidOf(tx, followupId);
	const sign = (who: string) => answererIn(followupId, claim, who);
	const asked: Asked[] = [
		...said.map((one) => ({ mark: sign(markOf(one)), answerer: sign(firstOf(said, one)), isAsker: true })),
		...(await supportersOf(tx, said)).map(supporterMark).map((who) => ({
			...{ mark: sign(who), answerer: sign(who), isAsker: false },
		})),
	];
	if (asked.length === 0) return;
	const column = <Name extends keyof Asked>(name: Name) => sql.param(asked.map((one) => one[name]));
	// In the order of the marks: the order of the rows says nothing of who came first.
	await tx.execute(sql`
		insert into followup_asked (followup_id, claim, mark, answerer, is_asker)
		select ${followupId}::uuid, ${claim}::int, mark, answerer, is_asker
		from unnest(${column('mark')}::text[], ${column('answerer')}::text[], ${column('isAsker')}::boolean[])
			as asked(mark, answerer, is_asker)
		order by mark
		on conflict do nothing`);
}

/** Accounts of those who asked by name what a follow-up is about: they can be told that they are asked. Whoever asked anonymously cannot. */
export async function askersByName(db: Reader, followupId: string): Promise<string[]> {
	const said = await saidOf(db, followupId);
	return unique(said.map(({ askedById }) => askedById).filter((person) => person !== null));
}

/**
 * What somebody is to a follow-up; null: they are not asked. An asker is known by words or by browser and account, and is the same
 * person then: what signs the answer is made of what was asked. Somebody who asked and supports is an asker.
 * @param claim digest of a claim code's words, null of words that are none; with it, whoever has the words answers as whoever they were given to
 */
export async function standingOf(
	db: Reader,
	actor: Actor,
	followup: Followup,
	claim?: string | null,
): Promise<Standing | null> {
	const said = await saidOf(db, followup.id);
	const isOwn = ({ kind, place, author }: Said) =>
		pseudonymsIn(place, actor, purposes[kind]).all.includes(author);
	const own = said.filter((one) =>
		claim === undefined ? isOwn(one) : claim !== null && one.claim === claim,
	);
	const supports = claim === undefined ? await supportersOf(db, said, actor) : [];
	const marks = [...own.map(markOf), ...supports.map(supporterMark)].map((who) =>
		answererIn(followup.id, followup.claims, who),
	);
	if (marks.length === 0) return null;
	const asked = await db
		.select({ answerer: followupAsked.answerer, isAsker: followupAsked.isAsker })
		.from(followupAsked)
		.where(
			and(
				eq(followupAsked.followupId, followup.id),
				eq(followupAsked.claim, followup.claims),
				inArray(followupAsked.mark, marks),
			),
		)
		.orderBy(desc(followupAsked.isAsker), followupAsked.answerer);
	if (asked.length === 0) return null;
	return { isAsker: asked[0]!.isAsker, answerers: unique(asked.map(({ answerer }) => answerer)) };
}

const purposes = { question: 'take-part', pin: 'map', card: 'board' } as const;
const unique = <T>(list: T[]) => [...new Set(list)];
const markOf = ({ kind, id }: Said) => `${kind}:${id}`;
const supporterMark = (pseudonym: string) => `supporter:${pseudonym}`;

/** Who has asked several things in one place is one person: the answer is signed with the first of them. */
function firstOf(said: Said[], { kind, place, author }: Said): string {
	const theirs = said.filter((one) => one.kind === kind && one.place === place && one.author === author);
	return theirs.map(markOf).sort()[0]!;
}

/**
 * All that residents have said of which the concerns of a follow-up were made, also through merged concerns and merged questions, and
 * what it is linked to. What the city has placed or captured itself has no asker.
 */
async function saidOf(db: Reader, followupId: string): Promise<Said[]> {
	const { rows } = await db.execute<Said>(sql`
		with recursive tree(id) as (
			select concern_id from followup_concerns where followup_id = ${followupId}
			union select m.concern_id from tree join concern_merges m on m.into_id = tree.id and m.undone_at is null
		), made(kind, id, place) as (
			select s.kind, s.source_id, s.meeting_id from tree join concern_sources s on s.concern_id = tree.id
			union select l.kind, l.target_id::text, null from followup_links l where l.followup_id = ${followupId}
		), asked(id) as (
			select id::uuid from made where kind = 'question'
			union select q.id from asked join questions q on q.merged_into = asked.id
		)
		select 'question' as kind, q.id::text as id, q.meeting_id as place, q.author, q.claim, q.asked_by_id as "askedById"
		from asked join questions q on q.id = asked.id
		union all
		select 'pin', p.id::text, p.round_id, p.author, p.claim, null
		from made join pins p on p.kind = 'resident' and p.id = case made.kind when 'pin' then made.id::uuid end
		union all
		select 'card', c.key, c.meeting_id, c.author, c.claim, null
		from made join board_cards c on made.kind = 'card' and c.key = made.id and c.meeting_id = made.place
		where c.kind = 'resident' and c.source_kind = 'typed'`);
	return rows;
}

/**
 * Pseudonyms of those who support any of it: of all, also where a vote is set aside now; of an actor only what counts.
 * A card's key is one in its meeting alone, therefore meetings are compared, too.
 */
async function supportersOf(db: Reader, said: Said[], actor?: Actor): Promise<string[]> {
	const of = (kind: Said['kind']) => said.filter((one) => one.kind === kind);
	const ids = (kind: Said['kind']) => sql.param(of(kind).map(({ id }) => id));
	const inMeetings = unique([...of('question'), ...of('card')].map(({ place }) => place));
	const inRounds = unique(of('pin').map(({ place }) => place));
	const me = actor && [
		...inMeetings.flatMap((place) => pseudonymsIn(place, actor).all),
		...inRounds.flatMap((place) => pseudonymsIn(place, actor, 'map').all),
	];
	if (me?.length === 0) return [];
	const isAsked = (pseudonym: SQL) => (me ? sql`${pseudonym} = any (${sql.param(me)}::text[])` : sql`true`);
	const { rows } = await db.execute<{ pseudonym: string }>(sql`
		select voter as pseudonym from votes
		where question_id = any (${ids('question')}::uuid[]) and ${isAsked(sql`voter`)} ${me ? sql`and not aside` : sql``}
		union select supporter from card_supports
		where (meeting_id, key) in (select * from unnest(${sql.param(of('card').map(({ place }) => place))}::uuid[], ${ids('card')}::text[]))
			and ${isAsked(sql`supporter`)}
		union select supporter from pin_supports
		where pin_id = any (${ids('pin')}::uuid[]) and ${isAsked(sql`supporter`)}
		order by pseudonym`);
	return rows.map(({ pseudonym }) => pseudonym);
}
