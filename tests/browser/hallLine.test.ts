// The hall's line: lost, back, a server that restarts, a database that is away. Nothing is missed, nothing comes twice.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { guest, liveMeeting } from '#tests/cast.ts';
import { startServer } from '#tests/setup/server.ts';
import { act, ask, connected, enter, expect, row, test } from './hall.ts';

const mark = (status: string) => `[data-status=${status}]`;

test('offline while much happens, then back: nothing missing, nothing twice, and said in a sentence', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db);
	const page = await enter(browser, town.server.url, slug);
	const before = await ask(db, id, 'Asked before the gap?');
	await expect(row(page, 'Asked before the gap?')).toBeVisible();
	await page.context().setOffline(true);
	await expect(page.locator(mark('offline'))).toContainText('Offline');
	const many = [];
	for (let i = 0; i < 100; i++)
		many.push(await ask(db, id, `Question in the gap, number ${i}?`, guest(`g${i}`)));
	await act(db, 'put-on-air', [before]);
	await act(db, 'answer-live', [before]);
	await act(db, 'hold', many.slice(0, 10));
	await page.getByLabel('Ask a question').fill('Written while I was offline?');
	await page.getByRole('button', { name: 'Send question' }).click();
	await expect(page.getByRole('button', { name: 'sending…' })).toBeVisible();

	await page.context().setOffline(false);
	await connected(page);
	await expect(page.getByText('You missed')).toContainText('90 questions published');
	await expect(page.getByText('You missed')).toContainText('1 question answered');
	await expect(page.getByTestId('own')).toContainText('Written while I was offline?');
	await page.getByRole('button', { name: 'Understood' }).click();
	await page.getByRole('button', { name: /new questions$/ }).click();
	await page.getByRole('button', { name: /^Show more/ }).click();
	const numbers = await page
		.getByTestId('questions')
		.locator('> li')
		.getByText(/^#\d+$/)
		.allTextContents();
	expect(numbers).toHaveLength(92);
	expect(new Set(numbers).size).toBe(92);
	await expect(row(page, 'Asked before the gap?')).toContainText('Answered live');
});

test('a server that restarts on its port is found again, and a draft sent meanwhile arrives once', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db);
	const dataDir = await mkdtemp(path.join(os.tmpdir(), 'porchlight-hall-'));
	const env = { DATABASE_URL: town.databaseUrl, DATA_DIR: dataDir, LOG_LEVEL: 'warn' };
	const first = await startServer(env);
	const page = await enter(browser, first.url, slug);
	await first.kill();
	await expect(page.locator(mark('reconnecting'))).toBeVisible();
	await ask(db, id, 'Asked while the server was down?');
	await page.getByLabel('Ask a question').fill('Does this arrive?');
	await page.getByRole('button', { name: 'Send question' }).click();
	const second = await startServer({ ...env, PORT: new URL(first.url).port });
	await connected(page);
	await expect(page.getByTestId('own')).toContainText('Does this arrive?');
	await expect(row(page, 'Asked while the server was down?')).toBeVisible();
	const rows = await db.query.questions.findMany({ where: (q, { eq }) => eq(q.meetingId, id) });
	expect(rows.map(({ text }) => text).sort()).toEqual([
		'Asked while the server was down?',
		'Does this arrive?',
	]);
	await page.context().close();
	await second.stop();
	await rm(dataDir, { recursive: true, force: true });
});
