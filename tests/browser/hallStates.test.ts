// The hall in each of its states, in both languages and schemes, on a narrow phone and on a projector.
import { eq } from 'drizzle-orm';
import { createMeeting } from '#db/meetingPlans.ts';
import { cancelMeeting, endMeeting, goLive, publishMeeting, setSwitches } from '#db/meetings.ts';
import { meetings } from '#db/schema/index.ts';
import { blockAsker } from '#db/blocks.ts';
import { anEvening, dana, guest, liveMeeting, tom } from '#tests/cast.ts';
import { act, ask, connected, enter, expect, row, seriousFaults, test } from './hall.ts';

test('the waiting page becomes the hall by itself, and the hall ends by itself', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await createMeeting(db, dana, anEvening);
	await publishMeeting(db, dana, { meetingId: id });
	const page = await enter(browser, town.server.url, slug);
	await expect(page.getByRole('heading', { name: 'The hall is not open yet' })).toBeVisible();
	await expect(page.getByRole('link', { name: 'Add to calendar' })).toHaveAttribute('href', /calendar\.ics$/);
	await db
		.update(meetings)
		.set({ startsAt: new Date(Date.now() + 600_000) })
		.where(eq(meetings.id, id));
	await page.reload();
	await expect(page.getByRole('heading', { name: /Starts in \d+ minutes/ })).toBeVisible();
	await goLive(db, dana, { meetingId: id });
	await expect(page.getByLabel('Ask a question')).toBeVisible();
	await setSwitches(db, dana, { meetingId: id, vetting: false });
	const question = await ask(db, id, 'About the lights?');
	await expect(row(page, 'About the lights?')).toBeVisible();
	await endMeeting(db, dana, { meetingId: id });
	await expect(page.getByText('This meeting is over. Thank you for being here.')).toBeVisible();
	await expect(page.getByLabel('Ask a question')).toHaveCount(0);
	await expect(page.getByRole('button', { name: /^Vote for/ })).toHaveCount(0);
	await act(db, 'carry-over', [question]);
	await expect(row(page, 'About the lights?')).toContainText('Carried over to the next meeting');
});

test('a cancelled meeting says why', async ({ browser, town, db }) => {
	const { id, slug } = await createMeeting(db, dana, anEvening);
	await publishMeeting(db, dana, { meetingId: id });
	const page = await enter(browser, town.server.url, slug);
	await cancelMeeting(db, dana, { meetingId: id, reason: 'The chief is ill.' });
	await expect(page.getByText('The chief is ill.')).toBeVisible();
	await expect(page.getByRole('heading', { name: 'This meeting was cancelled' })).toBeVisible();
});

test('all of it speaks Spanish', async ({ browser, town, db }) => {
	const { id, slug } = await liveMeeting(db, { vetting: true });
	const page = await enter(browser, town.server.url, slug, { locale: 'es-US' });
	await page.getByLabel('Haga una pregunta').fill('¿Cuándo se reparan las luces?');
	await page.getByRole('button', { name: 'Enviar pregunta' }).click();
	await expect(page.getByTestId('own')).toContainText('Esperando a un moderador');
	const [mine] = await db.query.questions.findMany({ where: (q, { eq }) => eq(q.meetingId, id) });
	await act(db, 'decline', [mine!], { reason: 'off-topic' });
	await expect(page.getByTestId('own')).toContainText('Las preguntas deben tratar el tema de esta reunión.');
});

test('320 px wide nothing has to be scrolled sideways, and the tabs at the bottom lead on', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db);
	await ask(db, id, `Why ${'w'.repeat(120)} and ${'lights '.repeat(20)}?`);
	const page = await enter(browser, town.server.url, slug, { viewport: { width: 320, height: 568 } });
	const width = () => page.evaluate(() => document.documentElement.scrollWidth);
	expect(await width()).toBe(320);
	const tabs = page.getByRole('navigation', { name: 'Parts of the hall' });
	await expect(tabs).toBeInViewport();
	await expect(page.getByRole('heading', { name: 'Agenda' })).toBeHidden();
	await tabs.getByRole('link', { name: 'About' }).click();
	await expect(page.getByRole('heading', { name: 'Agenda' })).toBeVisible();
	expect(await width()).toBe(320);
	for (const box of await page.getByRole('button').all()) {
		if (!(await box.isVisible())) continue;
		expect((await box.boundingBox())!.height).toBeGreaterThanOrEqual(44);
	}
});

test('the projector follows', async ({ browser, town, db }) => {
	const { id, slug } = await liveMeeting(db);
	const first = await ask(db, id, 'About the lights?');
	const page = await (await browser.newContext({ viewport: { width: 1920, height: 1080 } })).newPage();
	await page.goto(`${town.server.url}/meetings/${slug}/screen`);
	await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible();
	await act(db, 'put-on-air', [first]);
	await expect(page.getByRole('region', { name: /On air now/ })).toContainText('About the lights?');
	for (let i = 0; i < 9; i++)
		await ask(db, id, `${'A long question about the crossing. '.repeat(6)}${i}?`, guest(`p${i}`));
	await expect(page.getByRole('listitem')).toHaveCount(8);
	const cut = await page.locator('ol > li').evaluateAll((rows) => {
		const list = rows[0]!.parentElement!.getBoundingClientRect();
		return rows.filter((one) => {
			const { left, top, bottom } = one.getBoundingClientRect();
			return left < list.right && top < list.bottom && bottom > list.bottom + 1;
		}).length;
	});
	expect(cut).toBe(0);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1920);
	expect(await seriousFaults(page)).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const)
	test(`axe finds nothing serious in any state, ${colorScheme}`, async ({ browser, town, db }) => {
		test.setTimeout(180_000);
		const { id, slug } = await liveMeeting(db);
		const page = await enter(browser, town.server.url, slug, {
			colorScheme,
			viewport: { width: 390, height: 844 },
		});
		expect(await seriousFaults(page)).toEqual([]);
		await page.getByLabel('Ask a question').fill('When will the lights on Elm Street be repaired?');
		await page.getByRole('button', { name: 'Send question' }).click();
		await expect(page.getByTestId('own')).toBeVisible();
		const other = await ask(db, id, 'About the school?', tom);
		await act(db, 'put-on-air', [other]);
		await page.getByLabel('Ask a question').fill('What is about the school?');
		await expect(page.getByRole('button', { name: 'Support this one instead' })).toBeVisible();
		expect(await seriousFaults(page)).toEqual([]);
		await page.setViewportSize({ width: 1440, height: 900 });
		expect(await seriousFaults(page)).toEqual([]);
		const rows = await db.query.questions.findMany({ where: (q, { eq }) => eq(q.meetingId, id) });
		await act(db, 'decline', [rows.find((q) => q.id !== other.id)!], { reason: 'other' });
		await blockAsker(db, dana, { questionId: rows.find((q) => q.id !== other.id)!.id, reason: 'other' });
		await expect(page.getByText('A moderator has blocked you')).toBeVisible();
		expect(await seriousFaults(page)).toEqual([]);
		await endMeeting(db, dana, { meetingId: id });
		await expect(page.getByText('This meeting is over.')).toBeVisible();
		expect(await seriousFaults(page)).toEqual([]);
		const later = await createMeeting(db, dana, anEvening);
		await publishMeeting(db, dana, { meetingId: later.id });
		await page.goto(`/meetings/${later.slug}/hall`);
		await connected(page);
		expect(await seriousFaults(page)).toEqual([]);
	});
