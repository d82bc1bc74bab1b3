// Three days before the evening: a resident asks on a phone, the desk vets, somebody else supports, and it is on top when the hall is live.
import { createMeeting } from '#db/meetingPlans.ts';
import { goLive, publishMeeting } from '#db/meetings.ts';
import { wallClock } from '#domain/meetings.ts';
import { anEvening, dana, maria, tom } from '#tests/cast.ts';
import { ask, connected, enter, expect, row, seriousFaults, test } from './hall.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };
const local = (hours: number) => wallClock(new Date(Date.now() + hours * 3_600_000), anEvening.timeZone);

test('asked three days before on a phone, vetted, supported by another, and on top of the queue when it is live', async ({
	browser,
	town,
	db,
}) => {
	const address = town.server.url;
	const { id, slug } = await createMeeting(db, dana, {
		...anEvening,
		title: 'Town hall with questions in advance',
		startsAtLocal: local(72),
		endsAtLocal: local(74),
	});
	await publishMeeting(db, dana, { meetingId: id });

	// Dana opens it in the meeting's form.
	const desk = await enter(browser, address, slug, { as: dana, db });
	await desk.goto(`/desk/meetings/${slug}`, { waitUntil: 'networkidle' });
	await desk.getByLabel(/Residents can ask and support questions from/).fill(local(-1));
	await desk.getByRole('button', { name: 'Save changes' }).last().click();
	await expect(desk).toHaveURL(/done=saved/);

	// A resident finds it in the list, and the way in on the meeting's page.
	const asker = await (await browser.newContext({ baseURL: address, ...phone })).newPage();
	await asker.goto('/meetings');
	await expect(asker.getByRole('link', { name: 'Questions can be asked already' })).toBeVisible();
	await asker.goto(`/meetings/${slug}`, { waitUntil: 'networkidle' });
	await asker.getByRole('link', { name: 'Ask a question now' }).click();
	await connected(asker);
	await expect(asker.getByRole('heading', { name: 'Ask before the meeting' })).toBeVisible();
	await asker.getByLabel('Ask a question').fill('When is the crossing on Elm Street built?');
	await asker.getByRole('button', { name: 'Send question' }).click();
	await expect(asker.getByTestId('ask').locator('[data-claim]')).toBeVisible();
	await expect(asker.getByTestId('own')).toContainText('crossing on Elm Street');
	expect(await seriousFaults(asker)).toEqual([]);
	await ask(db, id, 'May the library stay open longer?', maria);

	// The desk vets before the evening.
	await desk.goto(`/meetings/${slug}/hall`);
	await connected(desk);
	for (const number of [1, 2]) {
		await desk.locator(`[role=option][data-question="${number}"]`).click();
		await desk.keyboard.press('p');
		await expect(desk.locator(`[role=option][data-question="${number}"]`)).toHaveCount(0);
	}
	expect(await seriousFaults(desk)).toEqual([]);

	// Somebody else supports it.
	const other = await enter(browser, address, slug, { ...phone, as: tom, db });
	const question = row(other, 'crossing on Elm Street');
	await question.getByRole('button', { name: /Vote for question/ }).click();
	await expect(question.getByRole('button', { pressed: true })).toBeVisible();

	// The page turns into the hall by itself; the supported one is first.
	await goLive(db, dana, { meetingId: id });
	await expect(asker.getByRole('heading', { name: 'Ask before the meeting' })).toHaveCount(0);
	await expect(asker.getByTestId('questions').locator('> li').first()).toContainText(
		'crossing on Elm Street',
	);
	await expect(asker.getByTestId('own')).toContainText('crossing on Elm Street');
	await expect(row(asker, 'crossing on Elm Street')).toContainText('1');
});
