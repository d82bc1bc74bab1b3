import { redirect } from '@sveltejs/kit';
import type { InferInput } from 'valibot';
import { disposeOfConcern } from '#db/concerns.ts';
import { publicPolls } from '#db/pollReads.ts';
import { disposeOfQuestion } from '#db/questionActs.ts';
import { readReportSending, sendReport } from '#db/reportLetters.ts';
import { readReport, reportMeeting } from '#db/reports.ts';
import type { concernDispositionInput } from '#domain/concerns.ts';
import type { dispositionInput } from '#domain/questions.ts';
import { database } from '#lib/server/database.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ locals, params }) => {
	const report = await readReport(database(), locals.actor, params.slug);
	const polls = await publicPolls(database(), report.meeting.id);
	const unshownPolls = polls.filter(({ result }) => result === null).length;
	const sending =
		report.meeting.state === 'reported'
			? await readReportSending(database(), locals.actor, report.meeting.id)
			: null;
	return { ...report, unshownPolls, sending };
};

export const actions = {
	question: async ({ request, locals }) => {
		const form = await request.formData();
		const questionId = String(form.get('questionId'));
		const outcome = { questionId, ...outcomeIn(form) } as InferInput<typeof dispositionInput>;
		return answering('report', form, async () => {
			await disposeOfQuestion(database(), locals.actor, outcome);
			return { saved: questionId };
		});
	},
	concern: async ({ request, locals }) => {
		const form = await request.formData();
		const number = String(form.get('number'));
		const outcome = { number, ...outcomeIn(form) } as InferInput<typeof concernDispositionInput>;
		return answering('report', form, async () => {
			await disposeOfConcern(database(), locals.actor, outcome);
			return { saved: number };
		});
	},
	send: async ({ request, locals }) => {
		const form = await request.formData();
		return answering('send', form, async () => {
			await sendReport(database(), locals.actor, { meetingId: String(form.get('meetingId')) });
			return { sent: true };
		});
	},
	report: async ({ request, locals, params }) => {
		const form = await request.formData();
		return answering('report', form, async () => {
			await reportMeeting(database(), locals.actor, { meetingId: String(form.get('meetingId')) });
			redirect(303, `/desk/meetings/${params.slug}?done=reported`);
		});
	},
};

// The command says what is wrong with what it gets.
function outcomeIn(form: FormData) {
	return { disposition: String(form.get('disposition') ?? ''), note: String(form.get('note') ?? '') };
}
