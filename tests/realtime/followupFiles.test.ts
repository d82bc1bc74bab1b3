// Follow-ups as a real server hands them to programs, and their photos.
import { DOMParser } from '@xmldom/xmldom';
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

test('the feeds and the embedded list tell of what is public alone, each with where it can be read', async () => {
	const [told, proposal, internal] = [
		await proposed(db, [], { title: 'Lamps & <wires>' }),
		await proposed(db, [], { title: 'A bench', topic: 'public-space' }),
		await proposed(db, [], { title: 'A secret', visibility: 'internal' }),
	];
	for (const number of [told, internal]) {
		await move(db, number, 'committed');
		const update = { id: randomUUID(), numbers: [number], isPublished: true };
		await writeUpdate(db, sam, { ...update, text: `Public of ${number}`, isPublic: true });
		await writeUpdate(db, sam, { ...update, id: randomUUID(), text: 'A secret word', isPublic: false });
		await writeUpdate(db, sam, {
			...update,
			id: randomUUID(),
			text: 'A secret draft',
			isPublished: false,
			isPublic: true,
		});
	}
	const entries = { atom: 'entry', rss: 'item' } as const;
	for (const kind of ['atom', 'rss'] as const) {
		const answer = await get(`/followups.${kind}`);
		expect(answer.headers.get('content-type')).toContain(`application/${kind}+xml`);
		const text = await answer.text();
		expect(text).not.toContain('secret');
		expect(text).not.toContain(internal);
		const feed = new DOMParser().parseFromString(text, 'text/xml');
		const all = [...feed.getElementsByTagName(entries[kind])].map((entry) => {
			const said = (name: string) => entry.getElementsByTagName(name)[0]?.textContent ?? '';
			return {
				...{ id: said(kind === 'atom' ? 'id' : 'guid'), title: said('title') },
				...{ category: entry.getElementsByTagName('category')[0]!.getAttribute('term') ?? said('category') },
				summary: said(kind === 'atom' ? 'summary' : 'description'),
				link: entry.getElementsByTagName('link')[0]!.getAttribute('href') ?? said('link'),
				at: Date.parse(said(kind === 'atom' ? 'updated' : 'pubDate')),
			};
		});
		expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
		expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted((a, b) => b - a));
		// Whole addresses, beside that of the list.
		const list = [...feed.getElementsByTagName('link')]
			.map((link) => link.getAttribute('href') ?? link.textContent ?? '')
			.find((address) => /^http:.*\/followups$/.test(address));
		const of = (number: string) => all.filter(({ link }) => link === `${list}/${number}`);
		expect(of(told).map(({ category, summary }) => [category, summary])).toEqual([
			['update', `Public of ${told}`],
			['committed', 'As everybody can see.'],
			['proposed', ''],
		]);
		for (const { title } of of(told)) expect(title).toMatch(/^Lamps & <wires>: ./);
		expect(of(proposal).map(({ category }) => category)).toEqual(['proposed']);
	}

	const shown = async (search: string) => {
		const answer = await get(`/embed/followups${search}`);
		expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null]);
		const text = await answer.text();
		expect(text).not.toContain('A secret');
		expect(text).toContain(`href="/followups${search.replaceAll('&', '&amp;')}"`);
		return [...text.matchAll(/data-followup="([^"]+)"/g)].map(([, number]) => {
			expect(text).toContain(`href="/followups/${number}"`);
			return number;
		});
	};
	expect((await shown('')).slice(0, 2)).toEqual([told, proposal]);
	expect(await shown('?topic=public-space&state=proposed')).toEqual([proposal]);
	expect(await shown('?q=secret')).toEqual([]);
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
