// What every way of signing in ends with: cookies for the browser, and the page where it goes on.
import { redirect, type RequestEvent } from '@sveltejs/kit';
import type { NewCookie } from '#db/authCookies.ts';
import type { SignIn } from '#db/signIn.ts';
import { pathBack } from '#lib/preferences.ts';

/** Hands cookies to the browser. */
export function giveCookies({ cookies }: Pick<RequestEvent, 'cookies'>, given: NewCookie[]): void {
	for (const { name, value, maxAge, httpOnly, secure, sameSite } of given)
		cookies.set(name, value ?? '', { path: '/', maxAge, httpOnly, secure, sameSite });
}

/** Goes on: to the page that was wanted, or to the second step of signing in. */
export function goOn(event: Pick<RequestEvent, 'cookies' | 'url'>, { step, cookies }: SignIn): never {
	giveCookies(event, cookies);
	redirect(303, step === 'done' ? wantedPage(event) : `/sign-in/code${nextQuery(event, '?')}`);
}

/** The page that `?next=` asks for: one of ours, else the account. */
export function wantedPage({ url }: Pick<RequestEvent, 'url'>): string {
	return pathBack(url.searchParams.get('next') ?? '/account');
}

/** `&next=…` for the addresses of forms and links; empty where nothing is wanted. */
export function nextQuery({ url }: Pick<RequestEvent, 'url'>, mark: '?' | '&' = '&'): string {
	const next = url.searchParams.get('next');
	return next ? `${mark}next=${encodeURIComponent(pathBack(next))}` : '';
}
