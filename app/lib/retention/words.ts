// What is kept how long, in words.
import type { Kept, RetentionKind } from '#domain/retention.ts';
import { dayInWords } from '#lib/followups/words.ts';
import { m } from '#lib/paraglide/messages.js';

export const retentionKindWords: Record<RetentionKind, () => string> = {
	recording: m.kept_kind_recording,
	captions: m.kept_kind_captions,
	questions: m.kept_kind_questions,
	registrations: m.kept_kind_registrations,
	feedback: m.kept_kind_feedback,
};

const until: Record<RetentionKind, (day: { day: string }) => string> = {
	recording: m.kept_until_recording,
	captions: m.kept_until_captions,
	questions: m.kept_until_questions,
	registrations: m.kept_until_registrations,
	feedback: m.kept_until_feedback,
};
const gone: Record<RetentionKind, (day: { day: string }) => string> = {
	recording: m.kept_gone_recording,
	captions: m.kept_gone_captions,
	questions: m.kept_gone_questions,
	registrations: m.kept_gone_registrations,
	feedback: m.kept_gone_feedback,
};

/** One sentence: until when it is kept, or that it was and is not any more. */
export function keptInWords({ kind, lastDay, removedAt, isHeld }: Kept): string {
	if (removedAt) return gone[kind]({ day: dayInWords(lastDay) });
	return isHeld
		? m.kept_held({ what: retentionKindWords[kind]() })
		: until[kind]({ day: dayInWords(lastDay) });
}
