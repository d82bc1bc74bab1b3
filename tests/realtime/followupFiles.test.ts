// Follow-ups as a real server hands them to programs, and their photos.
import { eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '#db/client.ts';
import { followupDataPageSize } from '#db/followupReads.ts';
import { addFollowupPhoto, publishUpdate, writeUpdate } from '#db/followupUpdates.ts';
import { followups } from '#db/schema/index.ts';
import { sam } from '#tests/cast.ts';
import { plainPhoto } from '#tests/pictureFiles.ts';
import { move, proposed } from '#tests/promises.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig } from '#tests/signedIn.ts';
import { makeTown } from './town.ts';

let db: Database;
let server: ServerProcess;
beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	server = await town.start();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers });

test('the data come a page at a time, each with the address of the next, and the filter stays', async () => {
	const first = await proposed(db, [], { title: 'Lantern 0' });
	const [{ id: _, ...row }] = (await db.select().from(followups).where(eq(followups.number, first))) as [
		typeof followups.$inferSelect,
	];
	const more = Array.from({ length: followupDataPageSize }, (_, n) => ({
		...{ ...row, title: `Lantern ${n + 1}`, number: `FU-2031-${String(n).padStart(5, '0')}` },
	}));
	await db.insert(followups).values(more);
	await proposed(db, [], { title: 'Something else' });
	await proposed(db, [], { title: 'Lantern for the city alone', visibility: 'internal' });
	type Page = { count: number; pages: number; next: string | null; followups: { title: string }[] };
	const titles: string[] = [];
	const sizes: number[] = [];
	let at: string | null = '/followups.json?q=lantern&state=proposed';
	while (at !== null) {
		const answer = await get(at);
		expect(answer.headers.get('access-control-allow-origin')).toBe('*');
		const page = (await answer.json()) as Page;
		expect(page).toMatchObject({ count: followupDataPageSize + 1, pages: 2 });
		titles.push(...page.followups.map(({ title }) => title));
		sizes.push(page.followups.length);
		at = page.next && new URL(page.next).pathname + new URL(page.next).search;
	}
	expect(sizes).toEqual([followupDataPageSize, 1]);
	expect(titles).toEqual(Array.from({ length: followupDataPageSize + 1 }, (_, n) => `Lantern ${n}`));
});

test('a public photo is asked for again after a minute, and gone for everybody else once its follow-up is internal', async () => {
	const number = await proposed(db);
	await move(db, number, 'committed');
	const update = randomUUID();
	const told = { id: update, numbers: [number], text: 'The lamp is there.', isPublic: true };
	await writeUpdate(db, sam, { ...told, isPublished: false });
	const id = randomUUID();
	const sent = new Uint8Array(await plainPhoto().png().toBuffer());
	await addFollowupPhoto(db, sam, { number, id, updateId: update, sent });
	await publishUpdate(db, sam, { updateId: update });
	const path = `/followups/${number}/photos/${id}.webp`;
	const shown = await get(path);
	expect([shown.status, shown.headers.get('cache-control')]).toEqual([
		200,
		'public, max-age=60, must-revalidate',
	]);
	const etag = shown.headers.get('etag')!;
	const again = await get(path, { 'if-none-match': etag });
	expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
	expect((await get(path, { 'if-none-match': '"another"' })).status).toBe(200);

	await db.update(followups).set({ visibility: 'internal' }).where(eq(followups.number, number));
	expect((await get(path, { 'if-none-match': etag })).status).toBe(404);
	const cookie = await signedInBrowser(db, testConfig(), sam);
	const kept = await get(path, { cookie, 'if-none-match': etag });
	expect([kept.status, kept.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
});
