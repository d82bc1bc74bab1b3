// The form of a meeting: what stands in its fields, read from what a browser sends, turned into what the database takes.
import { filled, type AgendaRow } from '#domain/agenda.ts';
import {
	clockTrouble,
	placeKinds,
	wallClock,
	type Meeting,
	type MeetingInput,
	type PlaceKind,
} from '#domain/meetings.ts';

export type MeetingForm = {
	title: string;
	description: string;
	/** Wall-clock times in `timeZone`: `YYYY-MM-DD`, `HH:mm`. An end before the start is on the next day. */
	date: string;
	from: string;
	until: string;
	timeZone: string;
	placeKind: PlaceKind;
	place: string;
	languages: string[];
	agenda: AgendaRow[];
	/** From when on questions are taken in advance, `YYYY-MM-DDTHH:mm` in `timeZone`; empty: not before it is live. */
	questionsFrom: string;
	/** The page's address; empty lets the title make it. */
	slug: string;
};

/** An empty form: an evening in the city's zone. */
export function emptyForm(timeZone: string): MeetingForm {
	return {
		...{
			title: '',
			description: '',
			date: '',
			from: '18:30',
			until: '20:00',
			timeZone,
			placeKind: 'hybrid',
			place: '',
		},
		...{ languages: ['en'], questionsFrom: '', slug: '' },
		agenda: [{ title: '', minutes: '10' }],
	};
}

/** The form filled in with a meeting. */
export function formOf(meeting: Meeting): MeetingForm {
	const [date, from] = wallClock(new Date(meeting.startsAt), meeting.timeZone).split('T') as [string, string];
	const until = wallClock(new Date(meeting.endsAt), meeting.timeZone).slice(11);
	const { title, description, timeZone, placeKind, place, languages, slug } = meeting;
	return {
		...{ title, description, date, from, until, timeZone, placeKind, languages, slug },
		place: place ?? '',
		questionsFrom: meeting.questionsFrom ? wallClock(new Date(meeting.questionsFrom), timeZone) : '',
		agenda: meeting.agenda.map(({ title, minutes }) => ({ title, minutes: String(minutes) })),
	};
}

/** What a browser has sent, as it was filled in. */
export function readForm(form: FormData): MeetingForm {
	const text = (name: string) => String(form.get(name) ?? '');
	const minutes = form.getAll('agendaMinutes').map(String);
	return {
		title: text('title'),
		description: text('description'),
		date: text('date'),
		from: text('from').slice(0, 5),
		until: text('until').slice(0, 5),
		timeZone: text('timeZone'),
		placeKind: placeKinds.find((kind) => kind === text('placeKind')) ?? 'online',
		place: text('place'),
		languages: form.getAll('languages').map(String),
		agenda: form
			.getAll('agendaTitle')
			.map((title, i) => ({ title: String(title), minutes: minutes[i] ?? '' })),
		questionsFrom: text('questionsFrom').slice(0, 16),
		slug: text('slug').trim(),
	};
}

/** What the database's commands take; it says what is wrong with it. */
export function inputOf(form: MeetingForm): MeetingInput {
	const { title, description, timeZone, placeKind, place, languages, slug } = form;
	return {
		...{ title, description, timeZone, placeKind, place, languages },
		...(slug && { slug }),
		questionsFromLocal: form.questionsFrom || null,
		startsAtLocal: `${form.date}T${form.from}`,
		endsAtLocal: `${form.until < form.from ? dayAfter(form.date) : form.date}T${form.until}`,
		agenda: filled(form.agenda).map(({ title, minutes }) => ({ title, minutes: Number(minutes || NaN) })),
	};
}

/** Odd times of the form: skipped by the clocks or coming twice. `seen` is what the form sends back once it has shown them. */
export function clockTroubles(form: Pick<MeetingForm, 'date' | 'from' | 'until' | 'timeZone'>) {
	const { date, from, until, timeZone } = form;
	if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !timeZone) return { troubles: [], seen: '' };
	const times = [from, until].filter((time) => /^\d{2}:\d{2}$/.test(time));
	const troubles = times.flatMap((time) => {
		const local = `${time === until && until < from ? dayAfter(date) : date}T${time}`;
		const trouble = clockTrouble(local, timeZone);
		return trouble ? [{ local, trouble }] : [];
	});
	return { troubles, seen: troubles.map(({ local }) => `${local} ${timeZone}`).join(', ') };
}

/** The field of the form that a refusal's path is about. */
export function fieldOf(path: string | undefined): string | undefined {
	const name = path?.replace(/^meeting\./, '');
	if (name === 'startsAtLocal') return 'date';
	if (name === 'endsAtLocal') return 'until';
	if (name === 'questionsFromLocal') return 'questionsFrom';
	return name;
}

function dayAfter(date: string): string {
	const day = Date.parse(`${date}T00:00:00Z`);
	return Number.isNaN(day) ? date : new Date(day + 86_400_000).toISOString().slice(0, 10);
}
