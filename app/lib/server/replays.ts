// Replays for pages and files: read once for all who watch the same evening, and told from older ones by what they are made from.
import { boardThen, changesUntil, factsUntil, mapThen, openThen, roundThen } from '#db/replayDocuments.ts';
import { readReplay, replayedMeeting, replayStamp } from '#db/replay.ts';
import type { Actor } from '#domain/people.ts';
import type { Replay } from '#domain/replay.ts';
import type { BoardThen, DocumentThen, MapThen } from '#domain/replayDocuments.ts';
import { database } from './database.ts';
import { keptFiles, type Kept } from './paper/kept.ts';

const kept = keptFiles();
const closed: DocumentThen<object> = { isOpen: false };

/** The replay of a meeting as JSON. @throws Refusal not-found, too-fast */
export async function replayFile(actor: Actor, slug: string): Promise<Kept> {
	const db = database();
	// Asked each time: a meeting that is nobody's business any more must not come out of memory.
	const { row } = await replayedMeeting(db, actor, slug);
	return kept.of(['replay', row.id, await replayStamp(db, row)], async () =>
		written(await readReplay(db, actor, slug)),
	);
}

/** The replay of a meeting. @throws Refusal not-found, too-fast */
export async function replayFor(actor: Actor, slug: string): Promise<Replay> {
	const { bytes } = await replayFile(actor, slug);
	return JSON.parse(new TextDecoder().decode(bytes)) as Replay;
}

/** The board or the map as everybody saw it at a second of a meeting, as JSON. @throws Refusal not-found, too-fast */
export async function documentFile(
	kind: 'board' | 'map',
	actor: Actor,
	slug: string,
	second: number,
): Promise<Kept> {
	const db = database();
	const { row } = await replayedMeeting(db, actor, slug);
	const begin = (row.wentLiveAt ?? row.startsAt).getTime();
	const at = new Date(Math.min(begin + Math.round(second * 1_000), row.endedAt?.getTime() ?? Infinity));
	const open = await openThen(db, row.id, at);
	const id = kind === 'board' ? row.id : await roundThen(db, actor, row, at);
	if (!open[kind] || id === null) return kept.of(closed, () => Promise.resolve(written(closed)));
	const { asOf, newest } = await changesUntil(db, { kind, id }, at);
	// The same for all moments between two changes; what is counted of cards and pins is told beside their document.
	const facts = await factsUntil(db, { kind, id }, at);
	return kept.of([kind, id, asOf, newest, facts, await replayStamp(db, row)], async () => {
		const shown: BoardThen | MapThen =
			kind === 'board' ? await boardThen(db, id, at) : await mapThen(db, id, at);
		return written({ isOpen: true, asOf, ...shown });
	});
}

/** Answers with something that was kept; whoever has it already gets a 304. */
export function keptJson(request: Request, { etag, bytes }: Kept): Response {
	const headers = { etag, 'cache-control': 'private, no-cache', vary: 'cookie' };
	const known = request.headers.get('if-none-match')?.split(/\s*,\s*/) ?? [];
	if (known.some((tag) => tag.replace(/^W\//, '') === etag))
		return new Response(null, { status: 304, headers });
	return new Response(bytes as Uint8Array<ArrayBuffer>, {
		headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
	});
}

/** `?at=754.2`: seconds since the meeting went live; null where it makes no sense. */
export function secondIn(url: URL): number | null {
	const wanted = url.searchParams.get('at') ?? '';
	return /^\d{1,6}(\.\d{1,3})?$/.test(wanted) ? Number(wanted) : null;
}

const written = (what: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(what));
