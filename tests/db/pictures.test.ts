// Pictures that people send: what is kept of them, and what is not taken at all.
import exifReader from 'exifreader';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { keptPicture } from '#db/pictures.ts';
import { fittedSize, mostPictureBytes } from '#domain/pictures.ts';
import {
	animatedWebp,
	cameraPhoto,
	grainyPhoto,
	plainPhoto,
	pngThatSays,
	svg,
	traces,
} from '#tests/pictureFiles.ts';

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const colourAt = async (bytes: Uint8Array, left: number, top: number) => {
	const dot = await sharp(bytes).extract({ left, top, width: 1, height: 1 }).removeAlpha().raw().toBuffer();
	return [...dot];
};
/** The names of the parts of a WebP file. */
function partsOf(webp: Uint8Array): string[] {
	const file = Buffer.from(webp);
	const names: string[] = [];
	for (let at = 12; at < file.length; at += 8 + file.readUInt32LE(at + 4) + (file.readUInt32LE(at + 4) % 2))
		names.push(file.toString('latin1', at, at + 4));
	return names;
}

describe('a photo of a camera', () => {
	test('loses where, when and with what it was taken: not a trace is left in what is kept', async () => {
		const sent = await cameraPhoto();
		const before = exifReader.load(sent);
		expect(before).toHaveProperty('GPSLatitude');
		expect(before['Make']?.description).toBe('SpyCam');
		for (const trace of traces) expect(sent.includes(trace), trace).toBe(true);

		const { bytes } = await keptPicture(sent);
		const kept = Buffer.from(bytes);
		for (const trace of [...traces, 'Exif', 'GPS', 'xmp', 'ICC', 'adobe'])
			expect(kept.includes(trace), trace).toBe(false);
		expect(partsOf(kept)).toEqual(['VP8 ']);
		const after = await exifReader.load(kept, { async: true });
		expect(
			Object.keys(after).filter((name) => /gps|make|artist|date|xmp|icc|orientation/i.test(name)),
		).toEqual([]);
		expect(await sharp(bytes).metadata()).not.toMatchObject({ exif: expect.anything() });
	});

	test('is turned upright before the word about it goes', async () => {
		const { bytes, width, height } = await keptPicture(await cameraPhoto());
		expect([width, height]).toEqual([800, 1_200]);
		const [red, green] = await colourAt(bytes, 50, 50);
		expect(green).toBeGreaterThan(150);
		expect(red).toBeLessThan(60);
		expect((await colourAt(bytes, 700, 1_100))[0]).toBeGreaterThan(120);
	});

	test('is made smaller, never larger', async () => {
		expect(await keptPicture(await plainPhoto(4_000, 3_000).jpeg().toBuffer())).toMatchObject({
			width: 1_600,
			height: 1_200,
		});
		expect(await keptPicture(await plainPhoto(40, 30).jpeg().toBuffer())).toMatchObject({
			width: 40,
			height: 30,
		});
		expect(fittedSize(4_000, 3_000)).toEqual({ width: 1_600, height: 1_200 });
		expect(fittedSize(40, 30)).toEqual({ width: 40, height: 30 });
	});
});

test.each(['jpeg', 'png', 'webp', 'avif'] as const)('%s is taken and kept as WebP', async (format) => {
	const { bytes, width, height } = await keptPicture(await plainPhoto().toFormat(format).toBuffer());
	expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 300, height: 200 });
	expect([width, height]).toEqual([300, 200]);
	expect((await colourAt(bytes, 10, 10))[2]).toBeGreaterThan(100);
});

test('of a moving picture the first frame is kept', async () => {
	const sent = await animatedWebp();
	expect((await sharp(sent).metadata()).pages).toBe(2);
	const { bytes, height } = await keptPicture(sent);
	expect(height).toBe(64);
	expect((await sharp(bytes).metadata()).pages ?? 1).toBe(1);
	const [red, , blue] = await colourAt(bytes, 32, 32);
	expect(red! - blue!).toBeGreaterThan(150);
});

describe('not taken', () => {
	test('a picture of 50,000 × 50,000 dots in a few bytes, and it is not decoded', async () => {
		const sent = pngThatSays(50_000, 50_000);
		expect(sent.length).toBeLessThan(1_000);
		await expect(keptPicture(sent)).rejects.toEqual(refused('too-large'));
		await expect(keptPicture(pngThatSays(8_000, 7_000))).rejects.toEqual(refused('too-large'));
	});

	test('more bytes than a photo has', async () => {
		const sent = Buffer.concat([await plainPhoto().jpeg().toBuffer(), Buffer.alloc(mostPictureBytes)]);
		await expect(keptPicture(sent)).rejects.toEqual(refused('too-large'));
	});

	test('a strip that is no photo', async () => {
		const sent = await plainPhoto(10_000, 2).png().toBuffer();
		await expect(keptPicture(sent)).rejects.toEqual(refused('not-a-picture'));
	});

	test.each(['jpeg', 'png', 'webp', 'avif'] as const)('half of a %s', async (format) => {
		const whole = await grainyPhoto(300, 200).toFormat(format).toBuffer();
		await expect(keptPicture(whole)).resolves.toMatchObject({ width: 300 });
		await expect(keptPicture(whole.subarray(0, whole.length / 2))).rejects.toEqual(refused('not-a-picture'));
	});

	test.each([
		['nothing', Buffer.alloc(0)],
		['a drawing with a script', svg],
		[
			'a drawing behind the mark of a text file',
			Buffer.concat([Buffer.from('\u{FEFF}<?xml version="1.0"?>'), svg]),
		],
		['a GIF that is a program, too', Buffer.from('GIF89a/*\x01\x00\x01\x00*/=1;alert(1)//', 'latin1')],
		['a PDF', Buffer.from('%PDF-1.7\n1 0 obj<<>>endobj')],
		['a TIFF', Buffer.from('II*\0\x08\0\0\0', 'latin1')],
		['a web page', Buffer.from('<!doctype html><script>alert(1)</script>')],
		['an archive', Buffer.from('PK\x03\x04', 'latin1')],
		['an HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')],
		[
			'a beginning of a JPEG with a web page behind it',
			Buffer.from('\xff\xd8\xff<script>alert(1)</script>', 'latin1'),
		],
	])('%s', async (_, sent) => {
		await expect(keptPicture(sent)).rejects.toEqual(refused('not-a-picture'));
	});

	test('a drawing or a GIF is not read by the decoder itself either: it knows four kinds', async () => {
		for (const sent of [svg, Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1')])
			await expect(sharp(sent).metadata()).rejects.toThrow();
	});
});

test('what was hidden behind or inside a picture is not in what is kept', async () => {
	const photo = await plainPhoto().jpeg().toBuffer();
	const page = '<!doctype html><script>alert(document.cookie)</script>';
	const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, page.length + 2]), Buffer.from(page)]);
	for (const sent of [
		Buffer.concat([photo, Buffer.from(page)]),
		Buffer.concat([photo, Buffer.from('PK\x03\x04evil.class', 'latin1')]),
		Buffer.concat([photo.subarray(0, 2), comment, photo.subarray(2)]),
	]) {
		const { bytes } = await keptPicture(sent);
		for (const trace of ['script', 'PK\x03\x04', 'evil'])
			expect(Buffer.from(bytes).includes(trace), trace).toBe(false);
	}
});

test('many at once wait in turn, too many are told to come back, and the server goes on answering meanwhile', async () => {
	const sent = await plainPhoto(5_000, 5_000).jpeg().toBuffer();
	let ticks = 0;
	const beat = setInterval(() => ticks++, 1);
	const all = await Promise.allSettled(Array.from({ length: 40 }, () => keptPicture(sent)));
	clearInterval(beat);
	const taken = all.filter(({ status }) => status === 'fulfilled').length;
	expect(taken).toBe(32);
	const rejected = all.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
	expect(rejected).toEqual(Array(8).fill(refused('too-fast')));
	expect(ticks).toBeGreaterThan(20);
	await expect(keptPicture(await plainPhoto().png().toBuffer())).resolves.toMatchObject({ width: 300 });
});
