// The second step of signing in: setting it up with an authenticator app, new backup codes, removing it.
import { fail, redirect } from '@sveltejs/kit';
import { readAccount } from '#db/accounts.ts';
import {
	confirmSecondFactor,
	hasSecondFactor,
	removeSecondFactor,
	renewBackupCodes,
	startSecondFactor,
} from '#db/secondFactor.ts';
import { Refusal } from '#domain/errors.ts';
import { shared } from '#lib/server/database.ts';
import { withinLimit } from '#lib/server/limits.ts';
import { qrPath } from '#lib/ui/qr.ts';
import { answering } from '#lib/server/refusals.ts';
import { giveCookies } from '#lib/server/signIn.ts';

export const load = async ({ locals, request }) => {
	const { actor } = locals;
	if (!actor.account) redirect(303, '/sign-in?next=/account/second-factor');
	const { db, config } = shared();
	const own = await readAccount(db, config, actor, request.headers.get('cookie') ?? undefined);
	return { hasPassword: own.passwordHash !== null, isOn: await hasSecondFactor(db, actor.account.id) };
};

/** What the page shows during the set-up; `uri` and `codes` come back with the form, so that a wrong code does not lose them. */
function setUp(uri: string, codes: string[]) {
	return { uri, codes, secret: new URL(uri).searchParams.get('secret') ?? '', qr: qrPath(uri) };
}

type Event = { request: Request; locals: App.Locals };

async function read({ request, locals }: Event) {
	const form = await request.formData();
	const said = {
		code: String(form.get('code') ?? ''),
		password: String(form.get('password') ?? '') || undefined,
	};
	const limited = async () => {
		if (!locals.actor.account) throw new Refusal('sign-in-needed');
		await withinLimit('codesOfPerson', locals.actor.account.id);
	};
	return { form, said, limited, cookie: request.headers.get('cookie') ?? undefined, ...shared() };
}

export const actions = {
	start: async (event) => {
		const { form, said, limited, cookie, db, config } = await read(event);
		return answering('start', form, async () => {
			await limited();
			const { uri, backupCodes } = await startSecondFactor(db, config, cookie, said);
			return { setUp: setUp(uri, backupCodes) };
		});
	},
	confirm: async (event) => {
		const { form, said, limited, cookie, db, config } = await read(event);
		const uri = String(form.get('uri') ?? '');
		const codes = String(form.get('codes') ?? '').split(' ');
		const answer = await answering('confirm', form, async () => {
			await limited();
			giveCookies(event, await confirmSecondFactor(db, config, cookie, said));
			redirect(303, '/account/second-factor');
		});
		if (!uri.startsWith('otpauth://') || uri.length > 500) return answer;
		return fail(answer.status, { ...answer.data, setUp: setUp(uri, codes) });
	},
	renew: async (event) => {
		const { form, said, limited, cookie, db, config } = await read(event);
		return answering('renew', form, async () => {
			await limited();
			return { newCodes: await renewBackupCodes(db, config, cookie, said) };
		});
	},
	remove: async (event) => {
		const { form, said, limited, cookie, db, config } = await read(event);
		return answering('remove', form, async () => {
			await limited();
			giveCookies(event, await removeSecondFactor(db, config, cookie, said));
			redirect(303, '/account');
		});
	},
};
