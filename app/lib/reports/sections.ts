// The report of a meeting in words, section by section: the page and the PDF both show these, so they agree. Another section is
// another function in `sectionsOf`, made of the parts that both can show.
import { proxyChannels } from '#domain/channels.ts';
import {
	byChannel,
	type MeetingReport,
	type ReportedPromise,
	type ReportedQuestion,
} from '#domain/meetingReports.ts';
import { secondInWords } from '#domain/minutes.ts';
import { leastAnswers, sumUp } from '#domain/feedback.ts';
import { concernStateWords } from '#lib/concerns/states.ts';
import { feedbackQuestionWords, feedbackScaleWords } from '#lib/feedback/words.ts';
import { dayInWords, followupStateWords } from '#lib/followups/words.ts';
import { capitalized, languageName } from '#lib/meetings/languages.ts';
import { outcomeWords } from '#lib/meetings/outcomes.ts';
import { questionWords } from '#lib/retention/questionWords.ts';
import { keptInWords, retentionKindWords } from '#lib/retention/words.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { byHandWords, channelWords } from '#lib/room/words.ts';
import { formatRange, formatTime } from '#lib/ui/time.ts';
import { attendanceSections } from './attendanceSection.ts';
import { pollSection } from './pollSection.ts';

/** A path of ours with its words. */
export type ReportLink = { text: string; path: string };
/** Numbers in lines and columns; the first cell of a line says what it is. */
export type ReportTable = { head: string[]; rows: string[][] };
/** One question, poll, concern or promise: its words, its state, what is to be known of it, what was said to it, where more is. */
export type ReportItem = {
	title: string;
	/** Null where it has none. */
	state: string | null;
	notes: string[];
	quote?: { by: string; text: string };
	also?: { label: string; texts: string[] };
	table?: ReportTable;
	links: ReportLink[];
};
/** What a section can hold, shown in this order. */
export type ReportSection = {
	key: string;
	heading: string;
	intro?: string;
	facts?: { name: string; value: string }[];
	table?: ReportTable;
	items?: ReportItem[];
	links?: ReportLink[];
	/** Said where there are no items. */
	empty?: string;
};

/** In the reader's language, in the order they are shown. */
export function sectionsOf(report: MeetingReport): ReportSection[] {
	return [
		about(report),
		questions(report),
		concerns(report),
		promises(report),
		...pollSection(report),
		...attendanceSections(report),
		...minutes(report),
		...recordings(report),
		...feedback(report),
		...kept(report),
	];
}

const number = (count: number) => new Intl.NumberFormat(getLocale()).format(count);

function about({ meeting, questions, concerns, promises }: MeetingReport): ReportSection {
	const { startsAt, endsAt, timeZone: zone, placeKind, place, languages } = meeting;
	const locale = getLocale();
	const kinds = {
		online: m.meeting_kind_online,
		'in-person': m.meeting_kind_in_person,
		hybrid: m.meeting_kind_hybrid,
	};
	const names = new Intl.ListFormat(locale).format(languages.map((tag) => languageName(tag, locale)));
	const came = byChannel(questions);
	const answered = questions.filter(({ outcome }) => outcome === 'answered').length;
	return {
		key: 'about',
		heading: m.paper_report_about(),
		facts: [
			{
				name: m.paper_report_when(),
				value: formatRange(new Date(startsAt), new Date(endsAt), { zone, locale }),
			},
			{ name: m.meeting_where(), value: [kinds[placeKind](), place].filter(Boolean).join(' · ') },
			{ name: m.meeting_languages(), value: capitalized(names, locale) },
			{ name: m.paper_report_asked(), value: number(questions.length) },
			...proxyChannels
				.filter((channel) => came[channel] > 0)
				.map((channel) => ({
					name: m.report_of_these({ channel: channelWords[channel]() }),
					value: number(came[channel]),
				})),
			{ name: m.paper_report_answered(), value: number(answered) },
			{ name: m.paper_report_concerns(), value: number(concerns.length) },
			{ name: m.paper_report_promises(), value: number(promises.length) },
		],
	};
}

function questions({ questions, meeting, reportedAt }: MeetingReport): ReportSection {
	const notes = [
		reportedAt === null && m.meeting_outcomes_pending(),
		meeting.totalsHidden && questions.length > 0 && m.meeting_totals_hidden(),
	];
	return {
		key: 'questions',
		heading: m.meeting_outcomes(),
		intro: notes.filter(Boolean).join(' ') || undefined,
		items: questions.map(questionItem),
		empty: m.meeting_outcomes_empty_text(),
	};
}

function questionItem(question: ReportedQuestion): ReportItem {
	const {
		votes,
		votesElsewhere,
		askedBy,
		channel,
		outcome,
		outcomeNote,
		answeredHow,
		answer,
		answeredBy,
		concern,
		moment,
	} = question;
	const how = { live: m.outcome_answered_live, writing: m.outcome_answered_writing };
	const stands = outcome === null ? m.outcome_open() : outcomeWords[outcome]();
	return {
		title: questionWords(question.text),
		state: outcome === 'answered' && answeredHow ? how[answeredHow]() : stands,
		notes: [
			[
				votes !== null && m.outcome_votes({ count: votes }),
				...proxyChannels.map((one) => {
					const count = votesElsewhere?.[one] ?? 0;
					return count > 0 && byHandWords[one]({ count });
				}),
				// Whose it was goes with its words.
				question.text && (askedBy ? m.outcome_asked_by({ name: askedBy }) : m.outcome_anonymous()),
				channel !== 'online' && channelWords[channel](),
			]
				.filter(Boolean)
				.join(' · '),
			...(outcomeNote ? [outcomeNote] : []),
		],
		quote: answer
			? { by: answeredBy ? m.outcome_answer_by({ name: answeredBy }) : m.paper_report_answer(), text: answer }
			: undefined,
		also:
			question.alsoAsked.length > 0
				? { label: m.outcome_merged(), texts: question.alsoAsked.map(questionWords) }
				: undefined,
		links: [
			...(concern ? [{ text: m.outcome_concern({ number: concern }), path: `/concerns/${concern}` }] : []),
			...(moment ? [{ text: m.outcome_moment(), path: moment }] : []),
		],
	};
}

function concerns({ concerns }: MeetingReport): ReportSection {
	return {
		key: 'concerns',
		heading: m.meeting_concerns(),
		items: concerns.map(({ number, title, state, outcome, outcomeNote }) => ({
			title,
			state: concernStateWords[state](),
			notes: [
				...(outcome ? [m.paper_report_outcome({ outcome: outcomeWords[outcome]() })] : []),
				...(outcomeNote ? [outcomeNote] : []),
			],
			links: [{ text: m.outcome_concern({ number }), path: `/concerns/${number}` }],
		})),
		empty: m.paper_report_concerns_empty(),
	};
}

function promises({ promises }: MeetingReport): ReportSection {
	return {
		key: 'promises',
		heading: m.meeting_promised(),
		intro: promises.length > 0 ? m.meeting_promised_text() : undefined,
		items: promises.map((promise) => ({
			title: promise.title,
			state: followupStateWords[promise.state](),
			notes: promiseNotes(promise),
			links: [{ text: promise.number, path: `/followups/${promise.number}` }],
		})),
		empty: m.paper_report_promises_empty(),
	};
}

function promiseNotes({ dueOn, firstDueOn, unit, percent, isLate }: ReportedPromise): string[] {
	return [
		dueOn ? m.followup_due({ day: dayInWords(dueOn) }) : m.followup_due_none(),
		isLate && m.paper_report_late(),
		firstDueOn && firstDueOn !== dueOn && m.followup_due_first({ day: dayInWords(firstDueOn) }),
		unit,
		percent !== null && m.followup_percent({ percent }),
	].filter((note) => typeof note === 'string');
}

/** Only where they were published. */
function minutes({ minutes, meeting }: MeetingReport): ReportSection[] {
	if (!minutes) return [];
	const { number: version, publishedAt, items } = minutes;
	const options = { zone: meeting.timeZone, style: 'full', locale: getLocale() } as const;
	return [
		{
			key: 'minutes',
			heading: m.minutes_heading(),
			intro: [m.minutes_version({ number: version }), formatTime(new Date(publishedAt), options)].join(' · '),
			items: items.map(({ title, text, at, moment }, i) => ({
				title: title || m.minutes_item_place({ place: i + 1 }),
				state: at === null ? null : m.minutes_at({ time: secondInWords(at) }),
				notes: text ? [text] : [],
				links: moment ? [{ text: m.outcome_moment(), path: moment }] : [],
			})),
			links: [{ text: m.minutes_read(), path: `/meetings/${meeting.slug}/minutes` }],
		},
	];
}

/** Only where there is something to see. */
function recordings({ recordings, meeting }: MeetingReport): ReportSection[] {
	if (recordings.length === 0) return [];
	const at = (moment: string) =>
		formatTime(new Date(moment), { zone: meeting.timeZone, style: 'long', locale: getLocale() });
	return [
		{
			key: 'recordings',
			heading: m.paper_report_recordings(),
			items: recordings.map(({ startedAt, seconds, keepUntil, path }) => ({
				title: m.paper_report_recording({ from: at(startedAt) }),
				state: m.paper_report_minutes({ count: Math.max(1, Math.round(seconds / 60)) }),
				notes: [m.paper_report_kept({ day: dayInWords(keepUntil) })],
				links: [{ text: m.paper_report_watch(), path }],
			})),
		},
	];
}

/** Only where somebody was asked. */
function feedback({ feedback }: MeetingReport): ReportSection[] {
	if (!feedback) return [];
	const section = { key: 'feedback', heading: m.feedback_title() };
	if (feedback.state === 'open')
		return feedback.lastDay
			? [{ ...section, intro: m.report_feedback_open({ day: dayInWords(feedback.lastDay) }) }]
			: [];
	const items = feedback.numbers.map(({ question, counts }) => {
		const chosen = counts?.map((count, i) => `${feedbackScaleWords[i]!()}: ${number(count)}`) ?? [];
		return {
			title: feedbackQuestionWords[question](),
			state: counts
				? m.feedback_people({ count: sumUp(counts).people })
				: m.feedback_too_few({ least: leastAnswers }),
			notes: counts ? [chosen.toReversed().join(' · ')] : [],
			links: [],
		};
	});
	const words = feedback.words.map((text) => ({
		...{ title: text, state: m.feedback_words_published(), notes: [], links: [] },
	}));
	return [
		{ ...section, intro: m.report_feedback_intro({ least: leastAnswers }), items: [...items, ...words] },
	];
}

function kept({ kept }: MeetingReport): ReportSection[] {
	if (kept.length === 0) return [];
	return [
		{
			key: 'kept',
			heading: m.kept_title(),
			facts: kept.map((one) => ({ name: retentionKindWords[one.kind](), value: keptInWords(one) })),
			links: [{ text: m.kept_link(), path: '/kept' }],
		},
	];
}
