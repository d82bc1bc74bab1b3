// What the benches reckon with: parts of the document, the packets of the light peers, the knee.
import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { withPart } from '../bench/document.ts';
import { median, pagesSection } from '../bench/followups/report.ts';
import { makeHistogram } from '../bench/histogram.ts';
import { carried, growth, kneeOf } from '../bench/stage/knee.ts';
import { consumerRows } from '../bench/stage/promises.ts';
import { framesPerSecond, packetsPerFrame, picture, streamOf } from '../bench/stage/rtp.ts';
import { bindingRequest, isBindingAnswer } from '../bench/stage/stun.ts';

test('a command writes its own part of the document and leaves the others as they are', () => {
	const both = withPart(withPart('# Old', 'npm run a', 'first'), 'npm run b', 'second');
	expect(both).toMatch(
		/^# Benchmarks\n[^]*\n\n<!-- npm run a -->\n\nfirst\n\n<!-- npm run b -->\n\nsecond\n$/,
	);
	expect(withPart(both, 'npm run a', 'first')).toBe(both);
	expect(withPart(both, 'npm run a', 'third')).toBe(both.replace('first', 'third'));
});

test('the quantiles of a histogram are durations that were counted', () => {
	const times = makeHistogram();
	expect(times.quantile(0.5)).toBeNaN();
	for (let n = 1; n <= 100; n++) times.add(n);
	expect([0, 0.5, 0.95, 1].map(times.quantile)).toEqual([NaN, 50, 95, 100]);
});

test('of what arrives at a socket, RTP is known by its stream, and nothing else is taken for it', () => {
	const rtp = Buffer.alloc(40);
	rtp[0] = 0x80;
	rtp[1] = 0x80 | 96;
	rtp.writeUInt32BE(0xdeadbeef, 8);
	expect(streamOf(rtp)).toBe(0xdeadbeef);
	const rtcp = Buffer.from(rtp);
	rtcp[1] = 200;
	const dtls = Buffer.from(rtp);
	dtls[0] = 22;
	expect([rtcp, dtls, bindingRequest('a', 'b'), rtp.subarray(0, 11)].map(streamOf)).toEqual(
		Array(4).fill(null),
	);
});

test('the made-up pictures begin each second with a key frame, and are 600 kbit/s with their headers', () => {
	const second = Array.from({ length: framesPerSecond }, (_, n) => picture(n));
	const isKeyFrame = ([first]: Buffer[]) => (first![0]! & 0x10) !== 0 && (first![4]! & 1) === 0;
	expect(second.map(isKeyFrame)).toEqual([true, ...Array(framesPerSecond - 1).fill(false)]);
	expect(isKeyFrame(picture(framesPerSecond))).toBe(true);
	const bytes = second.flat().reduce((sum, payload) => sum + payload.length + 50, 0);
	expect(bytes * 8).toBe(600_000);
	expect(second.flat()).toHaveLength(framesPerSecond * packetsPerFrame);
});

test('a binding request is signed with the password of the server it is for', () => {
	const request = bindingRequest('fragment', 'password');
	expect(request.readUInt16BE(2)).toBe(request.length - 20);
	expect(request.includes('fragment:bench')).toBe(true);
	const signed = Buffer.from(request.subarray(0, -32));
	signed.writeUInt16BE(signed.length - 20 + 24, 2);
	const sum = createHmac('sha1', 'password').update(signed).digest();
	expect(request.subarray(-28, -8)).toEqual(sum);
	expect(request.readUInt32BE(request.length - 4)).toBe((crc32(request.subarray(0, -8)) ^ 0x5354554e) >>> 0);
	expect(isBindingAnswer(request)).toBe(false);
	request.writeUInt16BE(0x0101, 0);
	expect(isBindingAnswer(request)).toBe(true);
});

const step = (consumers: number, lost: number, core: number) => ({ consumers, lost, core });

test('the knee is the first crowd that loses packets or fills the core', () => {
	expect(kneeOf([step(50, 0, 0.1), step(100, 0.0009, 0.94)])).toBeUndefined();
	expect(kneeOf([step(50, 0, 0.1), step(100, 0.001, 0.2), step(200, 0, 0.1)])?.consumers).toBe(100);
	expect(kneeOf([step(50, 0, 0.95)])?.consumers).toBe(50);
	expect(carried([step(50, 0, 0.1), step(100, 0.5, 0.2), step(200, 0, 0.1)])).toBe(50);
	expect(carried([step(50, 0, 0.1), step(100, 0, 0.2)])).toBe(100);
	expect(carried([step(50, 0.1, 0.1)])).toBe(0);
});

test('growth is the slope of a series', () => {
	expect(growth([5, 5, 5, 5])).toBe(0);
	expect(growth([0, 3, 6, 9])).toBe(3);
	expect(growth([10, 0, 10, 0, 10])).toBe(0);
	expect(growth([1])).toBe(0);
});

test('a viewer may cost a tenth more than on the bare router, and no crowd is judged that was too much', () => {
	const measured = (consumers: number, core: number, lost = 0) => ({
		...step(consumers, lost, core),
		waited: 0,
		node: 0,
		viewers: 0,
		kbps: 600,
	});
	const rows = consumerRows({
		ours: [measured(50, 0.11), measured(100, 0.23), measured(200, 0.2, 0.5)],
		bare: [measured(50, 0.1), measured(100, 0.2), measured(200, 0.2)],
	});
	expect(rows.map(([, , , , ratio, holds]) => [ratio, holds])).toEqual([
		['1.10', 'yes'],
		['1.15', '**no**'],
		['', '**not measured**: too much for this machine'],
		['', '**not measured**: too much for this machine'],
		['0.50', '**no**'],
	]);
});

test('a page of follow-ups is set beside the bare one by its middle time', () => {
	const answered = (...times: number[]) => {
		const histogram = makeHistogram();
		for (const time of times) histogram.add(time);
		return { times: histogram, bytes: 2_048 };
	};
	const { head, rows } = pagesSection([
		{ what: 'the board', ours: answered(10, 30, 90), bare: answered(5, 10, 20) },
	]);
	expect(rows).toEqual([['the board', '30 ms', '90 ms', '10 ms', '20 ms', '3.00', '2 kB', '2 kB']]);
	expect(head).toHaveLength(rows[0]!.length);
	expect([[5], [3, 1, 2]].map(median)).toEqual([5, 2]);
});
