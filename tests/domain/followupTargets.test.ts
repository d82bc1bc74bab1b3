// What people paste to say what a follow-up is about.
import { expect, test } from 'vitest';
import { questionAddress, targetIn } from '#domain/followupTargets.ts';

const id = '12345678-9abc-4def-8123-456789abcdef';

test.each([
	['concern', ' pl-2026-00012 ', { id: 'PL-2026-00012' }],
	['concern', 'https://hear.example/concerns/pl-2026-00012?x=1', { id: 'PL-2026-00012' }],
	['concern', '/desk/concerns/PL-2026-123456', { id: 'PL-2026-123456' }],
	['meeting', 'https://hear.example/meetings/june-town-hall#recordings', { id: 'june-town-hall' }],
	['meeting', '/meetings/june-town-hall/replay?q=3', { id: 'june-town-hall' }],
	['meeting', 'june-town-hall', { id: 'june-town-hall' }],
	['meeting', id, { id }],
	['question', '/meetings/june-town-hall#question-12', { meeting: 'june-town-hall', number: 12 }],
	['question', 'http://[::1]:3000/meetings/june/replay?at=4&q=7', { meeting: 'june', number: 7 }],
	// In the hall a question's place has its id, which may begin with digits.
	['question', `https://hear.example/meetings/june/hall#question-${id}`, { id }],
	['question', id, { id }],
	['pin', `/map/june-2026?pin=${id}&category=lights`, { id }],
	['pin', `https://hear.example/map/june-2026/pins/${id}/photos`, { id }],
	// An address of something else stands for itself, and is found nowhere.
	['question', '/meetings/june', { id: '/meetings/june' }],
	['question', '/map/june?q=7', { id: '/map/june?q=7' }],
	['pin', '/map/june-2026?pin=12', { id: '/map/june-2026?pin=12' }],
] as const)('a %s that is called %s', (kind, pasted, target) => {
	expect(targetIn(kind, pasted)).toEqual(target);
});

test('a question’s number says with its meeting which one it is', () => {
	expect(questionAddress('june', '#12')).toBe('/meetings/june#question-12');
	expect(questionAddress('june', ' 12 ')).toBe('/meetings/june#question-12');
	expect(questionAddress('june', id)).toBe(id);
	expect(questionAddress('', '12')).toBe('12');
});
