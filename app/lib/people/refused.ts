// What a form gets back when it was refused.
import type { RefusalCode } from '#domain/errors.ts';

/** `at`: which form of the page; `values`: what was filled in, without passwords and codes. */
export type Refused = {
	at: string;
	code: RefusalCode;
	message: string;
	field: string | undefined;
	values: Record<string, string>;
};

/** The refusal in a page's `form`, if it is about this form of the page. */
export function refusedAt(form: unknown, at: string): Refused | undefined {
	const refused = form as Refused | null | undefined;
	return refused && 'code' in refused && refused.at === at ? refused : undefined;
}
