// Every command of the sockets as every role: who may is what the policy says, and a command without a row here fails.
import { eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { blockAsker } from '#db/blocks.ts';
import { acceptCard, captureCard } from '#db/cards.ts';
import type { Database } from '#db/client.ts';
import { readGuest } from '#db/guest.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { publishMeeting, setSwitches } from '#db/meetings.ts';
import { pinQuestion } from '#db/questionActs.ts';
import { closePoll, makePoll, openPoll } from '#db/polls.ts';
import { mergeQuestions } from '#db/questionMerges.ts';
import { askQuestion } from '#db/questions.ts';
import { meetings } from '#db/schema/index.ts';
import { raiseHand } from '#db/stage.ts';
import { isRefusal, Refusal } from '#domain/errors.ts';
import type { CommandName, Commands } from '#domain/events.ts';
import { nobody, type Actor } from '#domain/people.ts';
import { authorize, type SubjectOf, type Verb } from '#domain/policy.ts';
import { commandNames } from '#realtime/sockets.ts';
import { ada, anEvening, dana, guest, liveMeeting, maria, rosa, sam } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { openMap } from '#tests/maps.ts';
import { openLine, type Line } from './line.ts';
import { makeTown } from './town.ts';

vi.setConfig({ testTimeout: 60_000 });

type Who = { name: string; actor: Actor; blocked: boolean; line: Line };
type Hall = { meetingId: string; slug: string };
/** What a command is asked with, in a hall of its own where it would work for whoever may; and who may. */
type Row<C extends CommandName> = {
	input: (hall: Hall, who: Who) => Promise<Commands[C]['input']> | Commands[C]['input'];
	/** Refuses like the policy; @returns nothing when the policy lets them */
	allowed: (who: Who) => void;
	/** Where the refusal is worded otherwise, so that what is not theirs looks like what is not there. */
	refusedAs?: string;
};

/** The policy's own verb decides. */
const verb =
	<V extends Verb>(name: V, ...subject: SubjectOf<V> extends undefined ? [] : [(who: Who) => SubjectOf<V>]) =>
	({ actor, ...who }: Who) =>
		authorize(actor, name, ...((subject[0] ? [subject[0]({ actor, ...who })] : []) as never));

const takesPart = ({ blocked }: Who) => ({ blocked });
const anyone = () => {};
const text = () => `When is the crossing on Elm Street built? ${randomUUID()}`;

let db: Database;
let server: ServerProcess;

const asked = async ({ meetingId }: Hall, by: Actor = guest('ann')) =>
	(await askQuestion(db, by, { meetingId, text: text(), anonymous: true })).id;
const staged = async ({ meetingId }: Hall) => {
	await setSwitches(db, dana, { meetingId, stageOpen: true });
	return meetingId;
};
/** The hall's meeting is held in a room, too. */
const inARoom = async (meetingId: string) => {
	await db.update(meetings).set({ placeKind: 'hybrid' }).where(eq(meetings.id, meetingId));
	return meetingId;
};
const handUp = async (hall: Hall) =>
	(await raiseHand(db, guest('ann'), { meetingId: await staged(hall), name: 'Ann' })).id;
const nobodyFromOutside = () => {
	throw new Refusal('not-found');
};
const about = async (hall: Hall) => ({ questionId: await asked(hall) });
/** A card on the hall's board. */
const onBoard = async (hall: Hall) => {
	const { meetingId } = hall;
	return {
		meetingId,
		...(await captureCard(db, dana, { meetingId, kind: 'question', id: await asked(hall) })),
	};
};

const aPoll = { kind: 'single', question: 'Which street first?', options: ['Oak', 'Elm'] } as const;
const poll = async ({ meetingId }: Hall, state: 'draft' | 'open' | 'closed', show = false) => {
	const { pollId } = await makePoll(db, dana, { meetingId, poll: { ...aPoll, options: [...aPoll.options] } });
	if (state !== 'draft') await openPoll(db, dana, { pollId });
	if (state === 'closed') await closePoll(db, dana, { pollId, show });
	return pollId;
};

const rows: { [C in CommandName]: Row<C> } = {
	'hall:join': {
		input: ({ slug }) => ({ slug, seen: {} }),
		allowed: verb('hall:join', () => ({ state: 'live' })),
	},
	'map:join': {
		input: async () => ({ roundId: (await openMap(db)).id, seen: {} }),
		allowed: verb('map:read', () => ({ state: 'open' })),
	},
	'followups:join': { input: () => ({ seen: {} }), allowed: verb('followup:board') },
	'question:ask': {
		input: ({ meetingId }) => ({ meetingId, text: text(), anonymous: true }),
		allowed: verb('question:ask', takesPart),
	},
	'question:similar': { input: ({ meetingId }) => ({ meetingId, text: text() }), allowed: anyone },
	'question:withdraw': {
		input: about,
		allowed: verb('question:withdraw', ({ blocked }) => ({ blocked, own: false })),
		refusedAs: 'not-found',
	},
	'question:vote': {
		input: async (hall) => ({ ...(await about(hall)), on: true }),
		allowed: verb('question:vote', takesPart),
	},
	'question:act': {
		input: async (hall) => ({ questionIds: [await asked(hall)], act: 'put-on-air' }),
		allowed: verb('question:act'),
	},
	'question:merge': {
		input: async (hall) => ({ questionIds: [await asked(hall)], into: await asked(hall) }),
		allowed: verb('question:merge'),
	},
	'question:unmerge': {
		input: async (hall) => {
			const questionId = await asked(hall);
			await mergeQuestions(db, dana, { questionIds: [questionId], into: await asked(hall) });
			return { questionId };
		},
		allowed: verb('question:merge'),
	},
	'question:label': {
		input: async (hall) => ({ ...(await about(hall)), labels: ['traffic'] }),
		allowed: verb('question:label'),
	},
	'question:pin': {
		input: async (hall) => ({ ...(await about(hall)), pinned: true }),
		allowed: verb('question:pin'),
	},
	'question:claim': {
		input: async (hall) => ({ ...(await about(hall)), claimed: true }),
		allowed: verb('question:claim'),
	},
	'question:freeze': {
		input: async (hall) => ({ ...(await about(hall)), frozen: true }),
		allowed: verb('question:freeze'),
	},
	'question:set-aside': {
		input: async (hall) => ({ ...(await about(hall)), aside: true }),
		allowed: verb('question:freeze'),
	},
	'question:block': {
		input: async (hall) => ({ ...(await about(hall)), reason: 'spam' }),
		allowed: verb('question:block'),
	},
	'question:unblock': { input: about, allowed: verb('question:block') },
	'question:capture': { input: about, allowed: verb('concern:capture') },
	'poll:vote': {
		input: async (hall) => ({ pollId: await poll(hall, 'open'), choice: [1] }),
		allowed: verb('poll:vote', takesPart),
	},
	'poll:open': {
		input: async (hall) => ({ pollId: await poll(hall, 'draft') }),
		allowed: verb('poll:run'),
	},
	'poll:close': {
		input: async (hall) => ({ pollId: await poll(hall, 'open'), show: true }),
		allowed: verb('poll:run'),
	},
	'poll:show': {
		input: async (hall) => ({ pollId: await poll(hall, 'closed') }),
		allowed: verb('poll:run'),
	},
	'poll:screen': {
		input: async (hall) => ({ pollId: await poll(hall, 'open'), on: false }),
		allowed: verb('poll:run'),
	},
	'poll:capture': {
		input: async (hall) => ({ pollId: await poll(hall, 'closed', true) }),
		allowed: verb('concern:capture'),
	},
	'card:support': {
		input: async (hall) => ({ ...(await onBoard(hall)), on: true }),
		allowed: verb('card:support', takesPart),
	},
	'card:capture': {
		input: async (hall) => ({ meetingId: hall.meetingId, kind: 'question', id: await asked(hall) }),
		allowed: verb('board:capture'),
	},
	'card:accept': { input: onBoard, allowed: verb('concern:capture') },
	'card:release': {
		input: async (hall) => {
			const card = await onBoard(hall);
			await acceptCard(db, dana, card);
			return card;
		},
		allowed: verb('concern:capture'),
	},
	// Of a card that came from elsewhere nobody is the author.
	'card:claim': { input: onBoard, allowed: nobodyFromOutside },
	'document:moments': {
		input: ({ meetingId }) => ({ kind: 'board', id: meetingId }),
		allowed: verb('document:restore'),
	},
	'document:look': {
		input: ({ meetingId }) => ({ kind: 'board', id: meetingId, at: new Date().toISOString() }),
		allowed: verb('document:restore'),
	},
	'document:restore': {
		input: async (hall) => {
			await onBoard(hall);
			return { kind: 'board', id: hall.meetingId, at: new Date(Date.now() + 1).toISOString() };
		},
		allowed: verb('document:restore'),
	},
	'question:undo': {
		input: async (hall, { actor }) => {
			const questionId = await asked(hall);
			// Something to undo, for whoever may do anything.
			await pinQuestion(db, actor.account?.roles.includes('moderator') ? actor : dana, {
				questionId,
				pinned: true,
			});
			return { meetingId: hall.meetingId };
		},
		allowed: verb('question:undo'),
	},
	'desk:look': { input: ({ meetingId }) => ({ meetingId }), allowed: verb('attendance:read') },
	'meeting:switch': {
		input: ({ meetingId }) => ({ meetingId, questionsOpen: false }),
		allowed: verb('meeting:run'),
	},
	'meeting:go-live': {
		input: async () => {
			const { id: meetingId } = await createMeeting(db, dana, anEvening);
			await publishMeeting(db, dana, { meetingId });
			return { meetingId };
		},
		allowed: verb('meeting:run'),
	},
	'meeting:end': { input: ({ meetingId }) => ({ meetingId }), allowed: verb('meeting:run') },
	'room:check-in': {
		input: async ({ meetingId }) => ({ meetingId: await inARoom(meetingId) }),
		allowed: verb('room:check-in'),
	},
	'proxy:question': {
		input: ({ meetingId }) => ({ meetingId, text: text(), channel: 'paper' }),
		allowed: verb('proxy:enter'),
	},
	'proxy:support': {
		input: async (hall) => ({ ...(await about(hall)), channel: 'room', count: 12 }),
		allowed: verb('proxy:enter'),
	},
	// What somebody else has counted, and what there is not, look the same.
	'proxy:correct': {
		input: () => ({ entryId: randomUUID(), count: 1 }),
		allowed: (who) => (verb('proxy:enter')(who), nobodyFromOutside()),
	},
	'proxy:withdraw': { input: about, allowed: (who) => (verb('proxy:enter')(who), nobodyFromOutside()) },
	'room:count': {
		input: ({ meetingId }) => ({ meetingId, kind: 'walk-in', by: 1 }),
		allowed: verb('room:count'),
	},
	'caption:write': {
		input: ({ meetingId }) => ({ meetingId, language: 'en', text: 'Good evening.' }),
		allowed: verb('caption:write'),
	},
	'stage:raise': {
		input: async (hall) => ({ meetingId: await staged(hall), name: 'Ann' }),
		allowed: verb('stage:ask', takesPart),
	},
	'stage:add': {
		input: async ({ meetingId }) => ({ meetingId: await inARoom(meetingId), name: '' }),
		allowed: verb('proxy:enter'),
	},
	'stage:take': {
		input: async (hall) => ({ meetingId: await staged(hall) }),
		allowed: verb('stage:manage'),
	},
	'stage:move': {
		input: async (hall) => {
			const meetingId = await staged(hall);
			const { id: speakerId } = await raiseHand(db, guest('ann'), { meetingId, name: 'Ann' });
			return { speakerId, move: 'invite' };
		},
		allowed: verb('stage:manage'),
	},
	'stage:clear': {
		input: async (hall) => ({ meetingId: await staged(hall) }),
		allowed: verb('stage:manage'),
	},
	'stage:interpret': {
		input: async (hall) => ({ speakerId: await handUp(hall), isInterpreter: true }),
		allowed: verb('stage:manage'),
	},
	'stage:block': {
		input: async (hall) => ({ speakerId: await handUp(hall), reason: 'insults' }),
		allowed: verb('question:block'),
	},
	'stage:unblock': {
		input: async (hall) => ({ speakerId: await handUp(hall) }),
		allowed: verb('question:block'),
	},
	'stage:stop': { input: () => ({ speakerId: randomUUID() }), allowed: verb('stage:manage') },
	// From a line that is not in the hall nobody gets to its stage; tests/realtime/stage.test.ts asks from within.
	'stage:enter': { input: async (hall) => ({ meetingId: await staged(hall) }), allowed: nobodyFromOutside },
	'stage:transport': {
		input: async (hall) => ({ meetingId: await staged(hall), direction: 'send' }),
		allowed: nobodyFromOutside,
	},
	'stage:connect': {
		input: async (hall) => ({
			meetingId: await staged(hall),
			transportId: randomUUID(),
			dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('AB').join(':') }] },
		}),
		allowed: nobodyFromOutside,
	},
	'stage:send': {
		input: async (hall) => ({
			meetingId: await staged(hall),
			transportId: randomUUID(),
			source: 'camera',
			rtpParameters: {
				codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
				encodings: [{ ssrc: 1 }],
			},
		}),
		allowed: nobodyFromOutside,
	},
	'stage:unsend': {
		input: async (hall) => ({ meetingId: await staged(hall), producerId: randomUUID() }),
		allowed: nobodyFromOutside,
	},
	'stage:receive': {
		input: async (hall) => ({
			meetingId: await staged(hall),
			transportId: randomUUID(),
			producerId: randomUUID(),
			rtpCapabilities: {},
		}),
		allowed: nobodyFromOutside,
	},
	'stage:want': {
		input: async (hall) => ({ meetingId: await staged(hall), consumerId: randomUUID(), want: 'all' }),
		allowed: nobodyFromOutside,
	},
	'stage:check': { input: () => ({}), allowed: verb('stage:check') },
};

const config = testConfig();
const people: Who[] = [];
const names = [
	'a visitor without a cookie',
	'a guest',
	'a resident',
	'a blocked guest',
	'a moderator',
	'staff',
	'an admin',
];

beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	server = await town.start();
	const [aGuest, theBlocked] = [visitorBrowser(config), visitorBrowser(config)];
	const come = async (actor: Actor, cookie: string, blocked = false) => {
		const name = names[people.length]!;
		people.push({ name, actor, blocked, line: await openLine(server.url, cookie) });
	};
	await come(nobody, '');
	await come(guestOf(aGuest), aGuest);
	await come(maria, await signedInBrowser(db, config, maria));
	await come(guestOf(theBlocked), theBlocked, true);
	for (const actor of [dana, sam, ada, rosa]) await come(actor, await signedInBrowser(db, config, actor));
	return () => people.forEach(({ line }) => line.close());
});

function guestOf(cookie: string): Actor {
	const guest = readGuest(config, cookie.split('=')[1]);
	return { guest: guest!.secret, guestSince: guest!.since, account: null };
}

/** A live hall in which the blocked guest is blocked. */
async function hallFor({ actor, blocked }: Who): Promise<Hall> {
	const { id: meetingId, slug } = await liveMeeting(db);
	if (blocked) {
		const questionId = await asked({ meetingId, slug }, actor);
		await blockAsker(db, dana, { questionId, reason: 'spam' });
	}
	return { meetingId, slug };
}

function expected(row: Row<CommandName>, who: Who): string {
	try {
		row.allowed(who);
		return 'ok';
	} catch (error) {
		if (!isRefusal(error)) throw error;
		return row.refusedAs ?? error.code;
	}
}

test('every command that the server knows has a row', () => {
	expect(Object.keys(rows).sort()).toEqual([...commandNames].sort());
});

describe.each(Object.keys(rows) as CommandName[])('%s', (name) => {
	test.each(names)('as %s', async (whoName) => {
		const who = people.find((person) => person.name === whoName)!;
		const row = rows[name] as Row<CommandName>;
		const hall = await hallFor(who);
		const answer = await who.line.send(name, await row.input(hall, who));
		expect(answer.ok ? 'ok' : answer.code).toBe(expected(row, who));
	});
});

test('one’s own question is taken back by oneself, be one blocked or not', async () => {
	for (const who of people.filter(({ actor }) => actor.guest)) {
		const hall = await hallFor({ ...who, blocked: false });
		const ask = { meetingId: hall.meetingId, text: text(), anonymous: true };
		const answer = await who.line.send('question:ask', ask);
		const questionId = answer.ok ? answer.result.id : '';
		if (who.blocked) await blockAsker(db, dana, { questionId, reason: 'spam' });
		expect(await who.line.send('question:withdraw', { questionId })).toMatchObject({ ok: true });
	}
});

describe('what nobody may', () => {
	test('a draft’s hall is not there for those who do not moderate', async () => {
		const { slug } = await createMeeting(db, dana, anEvening);
		for (const { actor, line } of people) {
			const answer = await line.send('hall:join', { slug, seen: {} });
			const isModerator = actor.account?.roles.includes('moderator') ?? false;
			expect(answer.ok ? 'ok' : answer.code).toBe(isModerator ? 'ok' : 'not-found');
		}
	});

	test('naming other people’s rooms in what one has seen opens none of them', async () => {
		const { id: meetingId, slug } = await liveMeeting(db, { vetting: true });
		const resident = people.find(({ name }) => name === 'a resident')!;
		await asked({ meetingId, slug }, maria);
		const { rows: rooms } = await db.$client.query('select name from rooms where name like $1', [
			`meeting:${meetingId}:%`,
		]);
		const seen = Object.fromEntries(rooms.map(({ name }) => [name, 0]));
		const stranger = await openLine(server.url, visitorBrowser(config));
		const answer = await stranger.send('hall:join', { slug, seen });
		expect(answer).toMatchObject({ ok: true });
		const heard = answer.ok ? new Set(answer.result.missed.map(({ room }) => room)) : undefined;
		expect([...heard!]).toEqual([`meeting:${meetingId}`]);
		await resident.line.send('question:ask', { meetingId, text: text(), anonymous: false });
		await stranger.send('hall:join', { slug, seen });
		expect(stranger.events.filter(({ room }) => room !== `meeting:${meetingId}`)).toEqual([]);
		stranger.close();
	});
});
