// One evening in four browsers, through the pages alone: a resident, a guest on a phone, a moderator, and the projector.
import type { Browser, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { castVotes } from '#db/votes.ts';
import { dana, guest as visitor, liveMeeting, maria } from '#tests/cast.ts';
import { enter, expect, row, test } from './hall.ts';

type Words = (key: string, values?: Record<string, string | number>) => string;

/** The sentences of a language, as the pages say them. */
function wordsOf(language: 'en' | 'es'): Words {
	const file = path.join(import.meta.dirname, `../../app/messages/${language}.json`);
	const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
	return (key, values = {}) =>
		Object.entries(values).reduce(
			(text, [name, value]) => text.replace(`{${name}}`, String(value)),
			all[key]!,
		);
}

const atDesk = (page: Page, number: number) => page.locator(`[role=option][data-question="${number}"]`);

/** The moderator goes to a section of the queue by its digit, takes a question by the mouse, and presses a key. */
async function deskDoes(page: Page, section: number, number: number, ...keys: string[]) {
	await page
		.getByRole('tab')
		.nth(section - 1)
		.click();
	await atDesk(page, number).click();
	for (const key of keys) await page.keyboard.press(key);
}

async function asks(page: Page, words: Words, text: string) {
	await page.getByLabel(words('hall_ask_title')).fill(text);
	await page.getByRole('button', { name: words('hall_ask_send') }).click();
	await expect(page.getByTestId('own')).toContainText(text);
}

async function projector(browser: Browser, address: string, slug: string, locale: string): Promise<Page> {
	const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale });
	const page = await context.newPage();
	await page.goto(`${address}/meetings/${slug}/screen`);
	return page;
}

for (const [language, colorScheme] of [
	['en', 'light'],
	['es', 'dark'],
] as const)
	test(`an evening in ${language}, ${colorScheme}`, async ({ browser, town, db }, info) => {
		test.setTimeout(180_000);
		const words = wordsOf(language);
		const locale = language === 'en' ? 'en-US' : 'es-MX';
		const { id, slug } = await liveMeeting(db, { vetting: true });
		const look = { locale, colorScheme };
		const address = town.server.url;
		const wide = { width: 1440, height: 900 };
		const resident = await enter(browser, address, slug, { ...look, as: maria, db, viewport: wide });
		const guest = await enter(browser, address, slug, { ...look, viewport: { width: 390, height: 844 } });
		const desk = await enter(browser, address, slug, { ...look, as: dana, db, viewport: wide });
		const screen = await projector(browser, address, slug, locale);
		const picture = async (page: Page, name: string) =>
			page.screenshot({ path: info.outputPath(`${name}.png`), fullPage: name !== 'desk' });

		// Asked, vetted, published: everybody sees it.
		const crossing = 'When is the crossing on Elm Street built?';
		await asks(resident, words, crossing);
		await expect(resident.getByTestId('own')).toContainText(words('hall_own_submitted'));
		await expect(row(guest, crossing)).toHaveCount(0);
		await deskDoes(desk, 1, 1, 'p');
		await expect(row(guest, crossing)).toBeVisible();
		await expect(row(resident, crossing)).toBeVisible();
		await expect(screen.getByText(crossing)).toBeVisible();

		// A similar one is offered while the guest types, and supported instead: the vote is on all screens.
		await guest.getByLabel(words('hall_ask_title')).fill('crossing on elm street, when is it built');
		await guest.getByRole('button', { name: words('hall_similar_support') }).click();
		for (const page of [guest, resident]) await expect(row(page, crossing)).toContainText(/(^|\D)1 vot/);
		await guest.getByLabel(words('hall_ask_title')).fill('');

		// The guest asks another; the resident votes for it; others do too, and the order read does not move by itself.
		const park = 'Is the park lit at night, and if not, why?';
		await asks(guest, words, park);
		await deskDoes(desk, 1, 2, 'p');
		const voteForPark = resident.getByRole('button', { name: words('hall_vote_for', { number: 2 }) });
		// A list that somebody reads is brought up to date when they ask for it.
		const news = resident.getByRole('button', { name: /^1 / });
		await expect(async () => {
			if (await news.isVisible()) await news.click({ timeout: 1_000 });
			await expect(voteForPark).toBeVisible({ timeout: 1_000 });
		}).toPass();
		await voteForPark.click();
		await expect(voteForPark).toHaveAttribute('aria-pressed', 'true');
		const texts = resident.getByTestId('questions').locator('[id^=text-]');
		await expect(texts).toHaveCount(2);
		const order = await texts.allTextContents();
		const loser = order[1]!.includes('park') ? 2 : 1;
		const rows = await db.query.questions.findMany({ where: (q, { eq }) => eq(q.meetingId, id) });
		const behind = rows.find(({ number }) => number === loser)!;
		await voteForPark.focus();
		await castVotes(
			db,
			['a', 'b', 'c', 'd'].map((name) => ({ actor: visitor(name), questionId: behind.id, on: true })),
		);
		await expect(resident.getByRole('button', { name: words('hall_order_changed') })).toBeVisible();
		expect(await texts.allTextContents()).toEqual(order);
		await resident.getByRole('button', { name: words('hall_order_changed') }).click();
		await expect(texts).toHaveText([...order].reverse());

		// On air everywhere, then answered.
		await deskDoes(desk, 2, 2, 'o');
		for (const page of [resident, guest]) await expect(page.getByTestId('on-air')).toContainText(park);
		await expect(screen.getByRole('region', { name: words('hall_on_air') })).toContainText(park);
		await picture(guest, 'guest');
		await picture(resident, 'resident');
		await picture(desk, 'desk');
		await picture(screen, 'screen');
		await deskDoes(desk, 3, 2, 'a');
		for (const page of [resident, guest]) await expect(row(page, park)).toContainText(words('hall_answered'));
		await expect(guest.getByTestId('own')).toContainText(words('hall_own_answered'));

		// Merged and parted again.
		const again = 'When do we get the Elm Street crossing?';
		await asks(guest, words, again);
		await deskDoes(desk, 1, 3, 'p');
		await deskDoes(desk, 2, 3, 'm');
		await expect(desk.getByRole('dialog')).toBeVisible();
		await desk.keyboard.press('Enter');
		await expect(guest.getByTestId('own')).toContainText(words('hall_own_merged'));
		await deskDoes(desk, 7, 3, 'r');
		await expect(guest.getByTestId('own').locator('li', { hasText: again })).toContainText(
			words('hall_own_published'),
		);

		// Declined: the asker, and only the asker, reads the rule.
		const rude = 'Where does officer Smith live?';
		await asks(guest, words, rude);
		await deskDoes(desk, 1, 4, 'd', '3');
		await expect(guest.getByTestId('own')).toContainText(words('hall_rule_personal_data'));
		await expect(resident.getByText(rude)).toHaveCount(0);
	});
