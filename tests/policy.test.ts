// Every verb as every kind of person, against a table written by hand; and the page that shows it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nobody, type Actor } from '#domain/people.ts';
import { can, verbs, type Verb } from '#domain/policy.ts';
import { ada, dana, guest, maria, rosa, sam } from '#tests/cast.ts';
import { permissionsPage } from '../scripts/permissions.ts';

const people: Record<string, Actor> = {
	visitor: nobody,
	guest: guest('ann'),
	resident: maria,
	moderator: dana,
	staff: sam,
	admin: ada,
	captioner: rosa,
};
const everybody = Object.keys(people);
const somebody = everybody.filter((name) => name !== 'visitor');

/** Who may, when nothing about the thing itself stands against it. A verb without a line here fails the test. */
const expected: Record<Verb, string[]> = {
	'meeting:read': everybody,
	'meeting:create': ['moderator'],
	'meeting:edit': ['moderator'],
	'meeting:discard': ['moderator'],
	'meeting:publish': ['moderator'],
	'meeting:cancel': ['moderator'],
	'meeting:run': ['moderator'],
	'meeting:report': ['moderator'],
	'registration:make': everybody,
	'registration:read': ['moderator'],
	'push:set': somebody,
	'hall:join': everybody,
	'desk:join': ['moderator'],
	'attendance:read': ['moderator'],
	'question:ask': somebody,
	'question:vote': somebody,
	'question:withdraw': somebody,
	'question:act': ['moderator'],
	'question:answer': ['moderator', 'staff'],
	'question:merge': ['moderator'],
	'question:label': ['moderator'],
	'question:pin': ['moderator'],
	'question:claim': ['moderator'],
	'question:freeze': ['moderator'],
	'question:undo': ['moderator'],
	'question:block': ['moderator'],
	'question:dispose': ['moderator'],
	'poll:run': ['moderator'],
	'poll:vote': somebody,
	'stage:check': everybody,
	'stage:watch': everybody,
	'stage:ask': somebody,
	'stage:move': somebody,
	'stage:manage': ['moderator'],
	'room:check-in': somebody,
	'attendance:tell': somebody,
	'proxy:enter': ['moderator', 'staff'],
	'proxy:correct': ['moderator', 'staff'],
	'room:count': ['moderator', 'staff'],
	'caption:write': ['moderator', 'captioner'],
	'caption:correct': ['moderator', 'captioner'],
	'caption:versions': ['moderator', 'staff', 'captioner'],
	'recording:remove': ['moderator'],
	'board:read': everybody,
	'board:write': somebody,
	'board:edit': ['moderator', 'staff'],
	'card:support': somebody,
	'board:capture': ['moderator', 'staff'],
	'minutes:write': ['moderator', 'staff'],
	'minutes:publish': ['moderator'],
	'document:restore': ['moderator'],
	'map:read': everybody,
	'map:run': ['moderator'],
	'map:edit': ['moderator', 'staff'],
	'pin:place': somebody,
	'pin:support': somebody,
	'pin:comment': somebody,
	'pin:withdraw': somebody,
	'pin:photo': somebody,
	'pin:vet': ['moderator'],
	'pin:mark': ['moderator', 'staff'],
	'activity:record': ['moderator', 'staff'],
	'concern:read': everybody,
	'concern:dispose': ['moderator'],
	'concern:capture': ['moderator', 'staff'],
	'concern:merge': ['moderator'],
	'concern:answer': ['moderator', 'staff'],
	'followup:read': everybody,
	'followup:board': ['moderator', 'staff'],
	'followup:change': ['moderator', 'staff'],
	'followup:answer': somebody,
	'unit:change': ['admin'],
	'feedback:give': somebody,
	'feedback:read': ['moderator', 'staff'],
	'feedback:vet': ['moderator'],
	'retention:set': ['admin'],
	'retention:hold': ['admin'],
	'person:invite': ['admin'],
	'person:list': ['admin'],
	'person:change': ['admin'],
	'audit:read': ['admin'],
};

const open = { state: 'live', blocked: false, own: true, visibility: 'public' } as const;
const asks = can as (actor: Actor, verb: Verb, subject: unknown) => boolean;

test.each(verbs)('%s is for exactly those it is for', (verb) => {
	expect(everybody.filter((name) => asks(people[name]!, verb, open))).toEqual(expected[verb]);
});

test('blocked people take no part, whoever they are', () => {
	for (const actor of Object.values(people))
		for (const verb of [
			'question:ask',
			'question:vote',
			'stage:ask',
			'board:write',
			'card:support',
			'pin:place',
			'pin:support',
		] as const)
			expect(can(actor, verb, { blocked: true })).toBe(false);
});

test('a draft is for moderators, and somebody else’s question is not withdrawn by anybody', () => {
	expect(everybody.filter((name) => can(people[name]!, 'meeting:read', { state: 'draft' }))).toEqual([
		'moderator',
	]);
	expect(
		everybody.filter((name) => can(people[name]!, 'question:withdraw', { own: false, blocked: false })),
	).toEqual([]);
});

test('photos are added to one’s own pin, and by those who act for the city to any', () => {
	const subject = { own: false, blocked: false };
	expect(everybody.filter((name) => can(people[name]!, 'pin:photo', subject))).toEqual([
		'moderator',
		'staff',
	]);
});

test('docs/permissions.md shows the table as it is (npm run docs writes it)', () => {
	expect(readFileSync(path.join(import.meta.dirname, '../docs/permissions.md'), 'utf8')).toBe(
		permissionsPage(),
	);
});
