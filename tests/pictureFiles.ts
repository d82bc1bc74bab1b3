// Files as cameras, jokers and attackers send them.
import sharp from 'sharp';
import zlib from 'node:zlib';

/** Words that a camera wrote into the photo below: none of them may be found anywhere afterwards. */
export const traces = [
	'SpyCam',
	'Maria Ortega',
	'at the back door',
	'profile-of-this-display',
	'taken by phone',
];

/** A photo lying on its side, green at the top left when it is upright, with all a camera writes down. */
export async function cameraPhoto(width = 1_200, height = 800): Promise<Buffer> {
	const green = await sharp({ create: { width: 100, height: 100, channels: 3, background: '#00c000' } })
		.png()
		.toBuffer();
	const jpeg = await sharp({ create: { width, height, channels: 3, background: '#a04010' } })
		// Orientation 6: what is stored at the bottom left is seen at the top left.
		.composite([{ input: green, left: 0, top: height - 100 }])
		.jpeg()
		.withExif({
			IFD0: { Make: 'SpyCam', Artist: 'Maria Ortega', Orientation: '6' },
			IFD3: {
				GPSLatitudeRef: 'N',
				GPSLatitude: '41/1 37/1 12/1',
				GPSLongitudeRef: 'W',
				GPSLongitude: '90/1 34/1 48/1',
			},
		})
		.withMetadata({ orientation: 6 })
		.withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">at the back door</x:xmpmeta>')
		.toBuffer();
	const icc = Buffer.concat([Buffer.from('ICC_PROFILE\0\u{1}\u{1}'), Buffer.from('profile-of-this-display')]);
	return withSegments(jpeg, [
		[0xe2, icc],
		[0xfe, Buffer.from('taken by phone')],
	]);
}

/** A JPEG with more segments right after its beginning. */
function withSegments(jpeg: Buffer, segments: [marker: number, content: Buffer][]): Buffer {
	const more = segments.map(([marker, content]) => {
		const head = Buffer.from([0xff, marker, 0, 0]);
		head.writeUInt16BE(content.length + 2, 2);
		return Buffer.concat([head, content]);
	});
	return Buffer.concat([jpeg.subarray(0, 2), ...more, jpeg.subarray(2)]);
}

export const plainPhoto = (width = 300, height = 200, background = '#1b4a8f') =>
	sharp({ create: { width, height, channels: 3, background } });

/** A photo in which every dot differs: it stays large however it is written. */
export const grainyPhoto = (width = 1_600, height = 1_200) =>
	sharp({
		create: {
			...{ width, height, channels: 3, background: '#000' },
			noise: { type: 'gaussian', mean: 128, sigma: 60 },
		},
	});

/** A PNG that says it is so large, in a few bytes. */
export function pngThatSays(width: number, height: number): Buffer {
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([1, 0, 0, 0, 0], 8);
	const rows = zlib.deflateSync(Buffer.alloc(100_000));
	return Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		chunk('IHDR', head),
		chunk('IDAT', rows),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

function chunk(name: string, content: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(name), content]);
	const out = Buffer.alloc(body.length + 8);
	out.writeUInt32BE(content.length, 0);
	out.set(body, 4);
	out.writeUInt32BE(zlib.crc32(body), body.length + 4);
	return out;
}

/** Two pictures one after the other: red, then blue. */
export async function animatedWebp(): Promise<Buffer> {
	const frame = (colour: [number, number, number]) =>
		Buffer.from(
			Array(64 * 64)
				.fill(colour)
				.flat(),
		);
	return sharp(Buffer.concat([frame([255, 0, 0]), frame([0, 0, 255])]), {
		raw: { width: 64, height: 128, channels: 3, pageHeight: 64 },
	})
		.webp({ loop: 0, delay: [100, 100] })
		.toBuffer();
}

export const svg = Buffer.from(
	'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>',
);
