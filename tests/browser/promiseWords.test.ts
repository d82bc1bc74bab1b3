// A promise that is worded differently, the question that a claim asks, and the word of residents that it is not fixed after all.
import type { Browser, Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { claimOf } from '#db/claims.ts';
import type { Database } from '#db/client.ts';
import { answerFollowup } from '#db/followupAnswers.ts';
import { readFollowup } from '#db/followupReads.ts';
import { changeFollowup, setMilestones } from '#db/followups.ts';
import { linkFollowup } from '#db/followupLinks.ts';
import type { Actor } from '#domain/people.ts';
import { guest, maria, sam } from '#tests/cast.ts';
import { middle, openMap, pinOf } from '#tests/maps.ts';
import { concernOf, move, proposed, wayTo } from '#tests/promises.ts';
import { expect, seriousFaults, signIn, test } from './hall.ts';

async function signedIn(browser: Browser, baseURL: string, db: Database, who: Actor): Promise<Page> {
	const context = await browser.newContext({ baseURL });
	await signIn(context, baseURL, db, who);
	return context.newPage();
}

test('whoever asked by name is asked whether it is fixed, and reads there what was promised first', async ({
	browser,
	town,
	db,
}) => {
	const { number: concern } = await concernOf(db, { asker: maria, isByName: true });
	const number = await proposed(db, [concern], { title: 'Two lamps at Elm and 5th' });
	await move(db, number, 'committed');
	const { title: _, ...before } = (await readFollowup(db, sam, number)).followup;
	const { description, unitId, areaId, topic, priority, successMeasure, visibility, version } = before;
	await changeFollowup(db, sam, {
		...{ number, title: 'One lamp at Elm and 5th', ownerId: 'sam' },
		...{ description, unitId, areaId, topic, priority, successMeasure, visibility, version },
	});
	await setMilestones(db, sam, {
		...{ number, version: version + 1 },
		milestones: [{ id: randomUUID(), title: 'Wiring laid', weight: 1, dueOn: null, isDone: true }],
	});
	for (const to of ['in-progress', 'done'] as const) await move(db, number, to);

	const page = await signedIn(browser, town.server.url, db, maria);
	await page.goto('/following');
	await page.getByRole('link', { name: 'Is it fixed? If you brought it up' }).first().click();
	await expect(page).toHaveURL(new RegExp(`/followups/${number}#is-it-fixed$`));
	await expect(page.getByRole('heading', { name: 'Is it fixed?' })).toBeInViewport();
	const changed = page.locator('[data-step="changed"]');
	await expect(changed).toContainText('The words of the promise were changed');
	await expect(changed.getByRole('listitem')).toContainText([
		/What will be done\s+Before: Two lamps at Elm and 5th\s*Since then: One lamp at Elm and 5th/,
	]);
	await expect(page.locator('[data-step="reached"]')).toContainText('Wiring laid');
	expect(await seriousFaults(page)).toEqual([]);
	await page.context().close();
});

test('of a pin alone, whoever placed it is told that the city sees what they say, and the inbox shows it', async ({
	browser,
	town,
	db,
}) => {
	const bob = guest('bob');
	const round = await openMap(db);
	const pin = await pinOf(db, bob, round.id, { at: middle });
	const number = await proposed(db, [], { title: 'Sweep the underpass' });
	await linkFollowup(db, sam, { number, kind: 'pin', id: pin.id });
	for (const to of wayTo.done) await move(db, number, to);
	await answerFollowup(db, bob, { number, answer: 'fixed' });
	const phone = await (await browser.newContext({ baseURL: town.server.url })).newPage();
	await phone.goto('/claim');
	await phone.getByLabel('Your four words').fill(claimOf(`pin:${pin.id}`, 'en'));
	await phone.getByRole('button', { name: 'Look it up' }).click();
	await expect(phone.getByText('If it is not, say so: the city sees it.')).toBeVisible();
	await phone.getByRole('radio', { name: 'No, it is not fixed' }).check();
	await phone.getByRole('button', { name: 'Change my answer' }).click();
	await expect(phone.getByText('You said: No, it is not fixed')).toBeVisible();
	await phone.context().close();

	const page = await signedIn(browser, town.server.url, db, sam);
	await page.goto('/desk/followups');
	await page.getByRole('link', { name: /Inbox/ }).first().click();
	const row = page.locator(`[data-not-fixed="${number}"]`);
	await expect(row).toContainText('Sweep the underpass');
	expect(await seriousFaults(page)).toEqual([]);
	await row.getByRole('link').click();
	await expect(page).toHaveURL(new RegExp(`/desk/followups/${number}$`));
	await page.context().close();
});
