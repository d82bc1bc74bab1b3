// One's own account: name, password, second factor, and where one is signed in.
import { redirect } from '@sveltejs/kit';
import {
	changeName,
	changePassword,
	endAllSessions,
	endSession,
	listSessions,
	readAccount,
} from '#db/accounts.ts';
import { hasSecondFactor } from '#db/secondFactor.ts';
import { Refusal } from '#domain/errors.ts';
import { shared } from '#lib/server/database.ts';
import { withinLimit } from '#lib/server/limits.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ locals, request }) => {
	const { actor } = locals;
	if (!actor.account) redirect(303, '/sign-in?next=/account');
	const { db, config } = shared();
	const own = await readAccount(db, config, actor, request.headers.get('cookie') ?? undefined);
	const { name, email, roles, needsSecondFactor = false } = actor.account;
	return {
		account: { name, email, roles, needsSecondFactor },
		hasPassword: own.passwordHash !== null,
		asksPassword: own.asksPassword,
		hasSecondFactor: await hasSecondFactor(db, actor.account.id),
		sessions: await listSessions(db, actor, own.sessionId),
		zone: config.TIME_ZONE,
	};
};

export const actions = {
	name: async ({ request, locals }) => {
		const form = await request.formData();
		return answering('name', form, async () => {
			await changeName(shared().db, locals.actor, { name: String(form.get('name') ?? '') });
			return { saved: 'name' as const };
		});
	},
	password: async ({ request, locals }) => {
		const form = await request.formData();
		return answering('password', form, async () => {
			const { db, config } = shared();
			if (!locals.actor.account) throw new Refusal('sign-in-needed');
			await withinLimit('signInsOfPerson', locals.actor.account.id);
			const cookie = request.headers.get('cookie') ?? undefined;
			const words = {
				newPassword: String(form.get('newPassword') ?? ''),
				password: String(form.get('password') ?? ''),
			};
			await changePassword(db, config, locals.actor, cookie, words);
			return { saved: 'password' as const };
		});
	},
	end: async ({ request, locals }) => {
		const form = await request.formData();
		return answering('end', form, async () => {
			await endSession(shared().db, locals.actor, { sessionId: String(form.get('session') ?? '') });
			return { saved: 'end' as const };
		});
	},
	everywhere: async ({ request, locals }) =>
		answering('everywhere', await request.formData(), async () => {
			await endAllSessions(shared().db, locals.actor, {});
			redirect(303, '/');
		}),
};
