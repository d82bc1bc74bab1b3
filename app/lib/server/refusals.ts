// A form's refusal, in the reader's words: `fail` with the sentence beside the field. A bug goes on to handleError.
import { fail, type ActionFailure } from '@sveltejs/kit';
import { isRefusal, type RefusalCode } from '#domain/errors.ts';
import { m } from '#lib/paraglide/messages.js';

/** What a refused form gets back: a sentence, the field it is about, and what was filled in (never passwords or codes). */
export type FormRefusal = {
	code: RefusalCode;
	message: string;
	field: string | undefined;
	values: Record<string, string>;
};

const secretFields = ['password', 'newPassword', 'code', 'token'];

/** Runs a form action; what it refuses becomes the form's answer. */
export async function answering<T>(
	form: FormData,
	act: () => Promise<T>,
): Promise<T | ActionFailure<FormRefusal>> {
	try {
		return await act();
	} catch (error) {
		if (!isRefusal(error)) throw error;
		const { code, field, status } = error;
		return fail(status, { code, field, message: sentenceOf(code), values: valuesOf(form) });
	}
}

/** The sentence of a refusal in the language of the request. */
export function sentenceOf(code: RefusalCode): string {
	// tests/messages.test.ts sees to it that every code has its sentence.
	const key = `error_${code.replaceAll('-', '_')}` as 'error_forbidden';
	return m[key]();
}

function valuesOf(form: FormData): Record<string, string> {
	const said = [...form].filter(([name, value]) => typeof value === 'string' && !secretFields.includes(name));
	return Object.fromEntries(said) as Record<string, string>;
}
