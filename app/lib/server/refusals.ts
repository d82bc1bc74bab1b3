// A form's refusal, in the reader's words: `fail` with the sentence beside the field. A bug goes on to handleError.
import { fail, type ActionFailure } from '@sveltejs/kit';
import { isRefusal, type Refusal, type RefusalCode } from '#domain/errors.ts';
import { passwordLength } from '#domain/people.ts';
import type { Refused } from '#lib/people/refused.ts';
import { m } from '#lib/paraglide/messages.js';

const secretFields = ['password', 'newPassword', 'code', 'token'];

/**
 * Runs a form action; what it refuses becomes the form's answer.
 * @param at which form of the page it is
 */
export async function answering<T>(
	at: string,
	form: FormData,
	act: () => Promise<T>,
): Promise<T | ActionFailure<Refused>> {
	try {
		return await act();
	} catch (error) {
		if (!isRefusal(error)) throw error;
		const { code, field } = error;
		return fail(error.status, { at, code, field, message: wordsOf(error), values: valuesOf(form) });
	}
}

/** The sentence of a refusal in the language of the request. */
export function sentenceOf(code: RefusalCode): string {
	// tests/messages.test.ts sees to it that every message is there.
	const key = `error_${code.replaceAll('-', '_')}` as 'error_forbidden';
	return m[key]();
}

const fieldSentences: Record<string, () => string> = {
	email: m.sign_in_email_wrong,
	name: m.account_name_wrong,
	password: () => m.account_password_short({ least: passwordLength.least }),
	newPassword: () => m.account_password_short({ least: passwordLength.least }),
	code: m.sign_in_code_form,
	roles: m.people_roles_missing,
};

function wordsOf({ code, field }: Refusal): string {
	const ofField = code === 'bad-input' ? fieldSentences[field ?? ''] : undefined;
	return ofField?.() ?? sentenceOf(code);
}

function valuesOf(form: FormData): Record<string, string> {
	const said = [...form].filter(([name, value]) => typeof value === 'string' && !secretFields.includes(name));
	return Object.fromEntries(said) as Record<string, string>;
}
