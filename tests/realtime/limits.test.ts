// The allowances in themselves: who may take how much, and whose address is counted.
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeBucket, makeDoorkeeper, type Doorkeeper } from '#realtime/limits.ts';

let keeper: Doorkeeper | undefined;
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] }));
afterEach(() => {
	keeper?.close();
	vi.useRealTimers();
});

const from = (remoteAddress: string, forwarded?: string) =>
	({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

test('an allowance is used up at once and comes back with time, never beyond its size', () => {
	const takes = makeBucket({ atOnce: 3, perSecond: 1 });
	expect([takes(), takes(), takes(), takes()]).toEqual([true, true, true, false]);
	vi.advanceTimersByTime(1_000);
	expect([takes(), takes()]).toEqual([true, false]);
	vi.advanceTimersByTime(60_000);
	expect([takes(3), takes()]).toEqual([true, false]);
});

test('new lines of one address are limited, those of others are not', () => {
	keeper = makeDoorkeeper({ TRUST_PROXY: false }, { atOnce: 2, perSecond: 1 });
	const admitted = ['203.0.113.1', '203.0.113.1', '203.0.113.1', '203.0.113.2'].map((address) =>
		keeper!.admits(from(address)),
	);
	expect(admitted).toEqual([true, true, false, true]);
	vi.advanceTimersByTime(10_000);
	expect(keeper.admits(from('203.0.113.1'))).toBe(true);
});

test('a household’s IPv6 addresses are one', () => {
	keeper = makeDoorkeeper({ TRUST_PROXY: false }, { atOnce: 1, perSecond: 1 });
	expect(keeper.admits(from('2001:db8:1:2:aaaa::1'))).toBe(true);
	expect(keeper.admits(from('2001:db8:1:2:bbbb::1'))).toBe(false);
	expect(keeper.admits(from('2001:db8:1:3:aaaa::1'))).toBe(true);
});

test('behind a declared proxy its word counts, and only the last one, which nobody else can write', () => {
	keeper = makeDoorkeeper({ TRUST_PROXY: true }, { atOnce: 1, perSecond: 1 });
	expect(keeper.admits(from('127.0.0.1', '198.51.100.1, 203.0.113.1'))).toBe(true);
	expect(keeper.admits(from('127.0.0.1', '198.51.100.2, 203.0.113.1'))).toBe(false);
	expect(keeper.admits(from('127.0.0.1', '203.0.113.2'))).toBe(true);
});

test('without one a forwarded address is hearsay, and this machine itself is not limited', () => {
	keeper = makeDoorkeeper({ TRUST_PROXY: false }, { atOnce: 1, perSecond: 1 });
	expect(keeper.admits(from('203.0.113.1', '198.51.100.1'))).toBe(true);
	expect(keeper.admits(from('203.0.113.1', '198.51.100.2'))).toBe(false);
	for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
		expect([keeper.admits(from(address)), keeper.admits(from(address))]).toEqual([true, true]);
});
