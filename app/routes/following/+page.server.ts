// What somebody follows and what is new of it. Without an account the page says how to follow.
import { followSomething, readFollowing, setPeriod, unfollow } from '#db/followers.ts';
import { markNewsRead, ownNews } from '#db/newsReads.ts';
import type { FollowedKind, PeriodChoice } from '#domain/following.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import { shared } from '#lib/server/database.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ locals }) => {
	const { db, config } = shared();
	const { actor } = locals;
	const own = actor.account && { ...(await readFollowing(db, actor)), news: await ownNews(db, actor) };
	return { own, zone: config.TIME_ZONE };
};

export const actions = {
	read: async ({ request, locals }) => {
		const form = await request.formData();
		return answering('read', form, async () => {
			await markNewsRead(shared().db, locals.actor, { upTo: Number(form.get('upTo')) });
			return { saved: 'read' as const };
		});
	},
	period: async ({ request, locals }) => {
		const form = await request.formData();
		return answering('period', form, async () => {
			const period = String(form.get('period') ?? '') as PeriodChoice;
			await setPeriod(shared().db, locals.actor, { period, locale: getLocale() });
			return { saved: 'period' as const };
		});
	},
	everything: async ({ request, locals }) =>
		answering('everything', await request.formData(), async () => {
			const everything = { kind: 'everything', subject: '', locale: getLocale() } as const;
			await followSomething(shared().db, locals.actor, everything);
			return { saved: 'everything' as const };
		}),
	unfollow: async ({ request, locals }) => {
		const form = await request.formData();
		return answering('unfollow', form, async () => {
			const kind = String(form.get('kind') ?? '') as FollowedKind;
			await unfollow(shared().db, locals.actor, { kind, subject: String(form.get('subject') ?? '') });
			return { saved: 'unfollow' as const };
		});
	},
};
