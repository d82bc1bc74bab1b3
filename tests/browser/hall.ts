// What the hall's browser tests share: the town's database, meetings in it, and browsers of its people.
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { createHmac, randomBytes } from 'node:crypto';
import { authSecret } from '#db/authCookies.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { actOnQuestions } from '#db/questionActs.ts';
import { askQuestion } from '#db/questions.ts';
import { sessions } from '#db/schema/index.ts';
import type { Actor } from '#domain/people.ts';
import type { DeskAct, OwnQuestion } from '#domain/questions.ts';
import { dana, settle, tom } from '#tests/cast.ts';
import { expect, test as base } from './server.ts';

export { expect };

export const test = base.extend<object, { db: Database }>({
	db: [
		async ({ town }, use) => {
			// The same as the server's (tests/setup/server.ts): both must make the same pseudonyms.
			process.env.SECRET = 'only-for-tests-'.repeat(4);
			const db = openDatabase(town.databaseUrl);
			await settle(db);
			await use(db);
			await closeDatabase(db);
		},
		{ scope: 'worker' },
	],
});

/** Asks as Tom unless somebody else is named. */
export function ask(db: Database, meetingId: string, text: string, actor: Actor = tom): Promise<OwnQuestion> {
	return askQuestion(db, actor, { meetingId, text, anonymous: actor.account === null });
}

/** Dana does something with questions at the desk. */
export async function act(
	db: Database,
	what: DeskAct,
	questions: { id: string }[],
	more: object = {},
): Promise<void> {
	await actOnQuestions(db, dana, { act: what, questionIds: questions.map(({ id }) => id), ...more });
}

/** A browser of its own in the hall, when it is connected. */
export async function enter(
	browser: Browser,
	address: string,
	slug: string,
	options: Parameters<Browser['newContext']>[0] & { as?: Actor; db?: Database } = {},
): Promise<Page> {
	const { as, db, ...context } = options;
	const fresh = await browser.newContext({ baseURL: address, ...context });
	if (as && db) await signIn(fresh, address, db, as);
	const page = await fresh.newPage();
	await page.goto(`/meetings/${slug}/hall`);
	await connected(page);
	return page;
}

export async function connected(page: Page): Promise<void> {
	await expect(page.locator('[data-status=connected]')).toBeVisible();
}

/** Gives a browser a session, as signing in does; staff have shown their second factor. */
export async function signIn(
	context: BrowserContext,
	url: string,
	db: Database,
	{ account }: Actor,
): Promise<void> {
	const token = randomBytes(24).toString('base64url');
	await db.insert(sessions).values({
		id: randomBytes(16).toString('hex'),
		token,
		userId: account!.id,
		expiresAt: new Date(Date.now() + 3_600_000),
		secondFactorAt: new Date(),
	});
	const signature = createHmac('sha256', authSecret({ SECRET: process.env.SECRET, dataDir: '' }))
		.update(token)
		.digest('base64');
	await context.addCookies([{ name: 'session', value: encodeURIComponent(`${token}.${signature}`), url }]);
}

/** The row of a question in the list. */
export const row = (page: Page, text: string) =>
	page.getByTestId('questions').locator('> li', { hasText: text });

/** What axe finds serious or critical on a page. */
export async function seriousFaults(page: Page): Promise<string[]> {
	// Half faded in, words are pale.
	await page.evaluate(() =>
		Promise.allSettled(
			document
				.getAnimations()
				.filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
				.map(({ finished }) => finished),
		),
	);
	const { violations } = await new AxeBuilder({ page }).analyze();
	return violations
		.filter(({ impact }) => impact === 'serious' || impact === 'critical')
		.map(
			({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => html + (any[0]?.message ?? '')).join('\n')}`,
		);
}
