// Why the line to the minutes was ended, or a change not taken, in words.
import { m } from '#lib/paraglide/messages.js';

export function reasonInWords(reason: string): string {
	if (reason === 'too-large' || reason === 'document-too-large' || reason === 'too-many')
		return m.minutes_refused_large();
	if (reason === 'not-found') return m.minutes_refused_role();
	return m.minutes_refused_other();
}
