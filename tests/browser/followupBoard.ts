// What the browser tests of follow-ups share: a page of somebody, and what stands on the staff's board.
import type { Browser, Page } from '@playwright/test';
import type { Database } from '#db/client.ts';
import { readFollowup } from '#db/followupReads.ts';
import type { Actor } from '#domain/people.ts';
import { sam } from '#tests/cast.ts';
import { signIn } from './hall.ts';

type Setting = { browser: Browser; db: Database; url: string };

/** A page of a browser of its own. */
export async function pageOf(
	{ browser, db, url }: Setting,
	as: Actor | null,
	look: Parameters<Browser['newContext']>[0] = {},
): Promise<Page> {
	const context = await browser.newContext({ baseURL: url, ...look });
	if (as) await signIn(context, url, db, as);
	return context.newPage();
}
export const column = (page: Page, state: string) => page.locator(`[data-column="${state}"]`);
export const card = (page: Page, number: string) => page.locator(`[data-card="${number}"]`);
export const stateOf = async (db: Database, number: string) =>
	(await readFollowup(db, sam, number)).followup.state;
