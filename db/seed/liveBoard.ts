// The board of the demo town's live meeting, beside its map: what was brought there from questions and the map, and what was written on it.
import { and, eq, ilike } from 'drizzle-orm';
import type * as Y from 'yjs';
import { addCard, markCard, moveCard, type Card } from '#domain/board.ts';
import type { Actor } from '#domain/people.ts';
import { acceptCard, captureCard, supportCard } from '../cards.ts';
import type { Database } from '../client.ts';
import { copyIntoRows } from '../documentCopies.ts';
import { changeDocument } from '../documents.ts';
import { pseudonymsIn } from '../identity.ts';
import { setSwitches } from '../meetings.ts';
import { pins, questions } from '../schema/index.ts';
import type { Townspeople } from './townspeople.ts';

type Laid = {
	/** Words that a question or a pin begins with; or what somebody has written. */
	question?: string;
	pin?: string;
	typed?: { by: 'maria' | 'tom' | 'dana'; text: string };
	column: 'heard' | 'grouped' | 'taking-on' | 'not-ours';
	theme?: string;
	colour?: Card['colour'];
	supports?: number;
	isConcern?: boolean;
};

const cards: Laid[] = [
	{
		question: 'I am blind and was hit twice',
		column: 'taking-on',
		theme: 'Hit or nearly hit',
		colour: 'danger',
		supports: 19,
		isConcern: true,
	},
	{
		typed: { by: 'tom', text: 'My mother no longer walks to the pharmacy alone.' },
		column: 'taking-on',
		theme: 'Hit or nearly hit',
		supports: 7,
	},
	{
		question: 'Could scooters be made to slow down',
		column: 'grouped',
		theme: 'Slower by themselves',
		supports: 14,
	},
	{
		typed: {
			by: 'dana',
			text: 'Ask the company: walking speed around schools, the clinic, the senior center.',
		},
		column: 'grouped',
		theme: 'Slower by themselves',
		colour: 'amber',
		supports: 5,
	},
	{ question: 'When does the protected bike lane', column: 'heard', supports: 11 },
	{
		typed: { by: 'maria', text: 'Scooters lie across the curb ramp at Fifth Street every morning.' },
		column: 'heard',
		supports: 3,
	},
	{ question: 'Delivery riders have no place to wait', column: 'heard' },
	{ pin: 'Hydrant blocked', column: 'heard' },
	{
		typed: { by: 'tom', text: 'The company’s hotline hangs up after two minutes.' },
		column: 'not-ours',
		supports: 2,
	},
];

/** Opens board and map of the live meeting, and lays its cards. */
export async function layBoard(db: Database, cast: Townspeople, meetingId: string): Promise<void> {
	await setSwitches(db, cast.dana, { meetingId, boardOpen: true, mapOpen: true });
	const place = { kind: 'board', id: meetingId } as const;
	for (const [n, card] of cards.entries()) {
		const captured = await capture(db, cast.dana, meetingId, card);
		const key = await db.transaction((tx) =>
			changeDocument(tx, place, (doc) => {
				const key = captured ?? write(doc, cast, meetingId, card, n);
				moveCard(doc, key, { column: card.column, before: null });
				markCard(doc, key, { colour: card.colour ?? 'none', theme: card.theme ?? '' });
				return key;
			}),
		);
		await copyIntoRows(db, place);
		for (let i = 0; i < (card.supports ?? 0); i++)
			await supportCard(db, neighbor(i), { meetingId, key, on: true });
		if (card.isConcern) await acceptCard(db, cast.dana, { meetingId, key });
	}
}

async function capture(
	db: Database,
	dana: Actor,
	meetingId: string,
	{ question, pin }: Laid,
): Promise<string | null> {
	const [found] = question
		? await db
				.select({ id: questions.id })
				.from(questions)
				.where(and(eq(questions.meetingId, meetingId), ilike(questions.text, `${question}%`)))
		: pin
			? await db
					.select({ id: pins.id })
					.from(pins)
					.where(and(eq(pins.vetting, 'published'), ilike(pins.note, `${pin}%`)))
			: [];
	if (!found) return null;
	const kind = question ? 'question' : 'pin';
	return (await captureCard(db, dana, { meetingId, kind, id: found.id })).key;
}

/** Typed on the board, as somebody would who has it open. */
function write(doc: Y.Doc, cast: Townspeople, meetingId: string, { typed, column }: Laid, n: number): string {
	if (!typed) throw new Error(`card ${n} of the demo town’s board is of nothing that was said`);
	const { account, guest } = pseudonymsIn(meetingId, cast[typed.by], 'board');
	const kind = typed.by === 'dana' ? 'moderator' : 'resident';
	return addCard(doc, (account ?? guest)!, `demo-${n}`, { text: typed.text, column, kind });
}

const neighbor = (n: number): Actor => ({ guest: `demo neighbor ${n}`, guestSince: 0, account: null });
