// Makes the film of a recording: voices mixed to one track, pictures copied as they are (VP8), with an index to jump by.
import { EncodedAudioPacketSource, EncodedPacket, EncodedVideoPacketSource } from 'mediabunny';
import { FilePathTarget, Output, WebMOutputFormat } from 'mediabunny';
import { rename, stat } from 'node:fs/promises';
import { darkFrame } from './dark.ts';
import { readLog } from './log.ts';
import { frameSeconds, makeMixer } from './mix.ts';
import { ahead, readRtp, vp8Frames, type Frame, type RtpPacket } from './rtp.ts';

export type Film = { seconds: number; bytes: number };

const videoRate = 90_000;
/** A picture whose clock has run away from its arrival by so much is set right. */
const mostDriftSeconds = 1;
/** A dark picture is repeated this often, so that one can jump anywhere. */
const darkEverySeconds = 5;

/**
 * Writes a film from a log, however the log ended. The film appears under its name only when it is whole.
 * @returns null when nothing was recorded
 */
export async function makeFilm(log: string, film: string): Promise<Film | null> {
	const unfinished = `${film}.part`;
	const output = new Output({ format: new WebMOutputFormat(), target: new FilePathTarget(unfinished) });
	const [audio, video] = [new EncodedAudioPacketSource('opus'), new EncodedVideoPacketSource('vp8')];
	output.addVideoTrack(video);
	output.addAudioTrack(audio);
	await output.start();
	try {
		const seconds = await fill(audio, video, log);
		if (seconds === 0) {
			await output.cancel();
			return null;
		}
		await output.finalize();
		await rename(unfinished, film);
		return { seconds, bytes: (await stat(film)).size };
	} catch (error) {
		await output.cancel();
		throw error;
	}
}

/** @returns how long it has become, in seconds */
async function fill(
	audio: EncodedAudioPacketSource,
	video: EncodedVideoPacketSource,
	log: string,
): Promise<number> {
	let sounds = 0;
	const mixer = await makeMixer(async (opus) => {
		const packet = new EncodedPacket(opus, 'key', sounds * frameSeconds, frameSeconds);
		await audio.add(packet, sounds === 0 ? { decoderConfig: opusConfig } : undefined);
		sounds++;
	});
	const pictures = picturesTo(video);
	let seconds = 0;
	for await (const { kind, source, ms, packet } of readLog(log)) {
		seconds = ms / 1_000;
		if (kind === 'voice') await mixer.hear(source, ms, packet);
		else await mixer.passes(ms);
		if (kind === 'picture') await pictures.push(source, ms, packet);
		else await pictures.passes(seconds, kind === 'no-picture');
	}
	await mixer.close(seconds * 1_000);
	return seconds;
}

// Of the dark frame, the first of every film; later ones say their size themselves.
const vp8Config = { codec: 'vp8', codedWidth: 640, codedHeight: 360 };
const opusConfig = { codec: 'opus', sampleRate: 48_000, numberOfChannels: 1 };

/** The track of pictures: of one source at a time, dark where there is none. */
function picturesTo(video: EncodedVideoPacketSource) {
	let last = -1;
	let source: number | null = null;
	/** Of the source that is shown: RTP time and seconds that belong together. */
	let anchor: { timestamp: number; seconds: number } | null = null;
	let isDark = true;
	const readers = new Map<number, (packet: RtpPacket) => void>();
	let ready: Frame[] = [];

	async function add(data: Uint8Array, isKey: boolean, seconds: number): Promise<void> {
		// In a film time only goes forward.
		const at = Math.max(seconds, last + 0.001);
		const meta = last < 0 ? { decoderConfig: vp8Config } : undefined;
		last = at;
		await video.add(new EncodedPacket(data, isKey ? 'key' : 'delta', at, 0), meta);
	}

	async function show(frame: Frame): Promise<void> {
		const seconds = frame.ms / 1_000;
		let at = anchor ? anchor.seconds + ahead(anchor.timestamp, frame.timestamp, 32) / videoRate : seconds;
		if (Math.abs(at - seconds) > mostDriftSeconds) at = seconds;
		anchor = { timestamp: frame.timestamp, seconds: at };
		isDark = false;
		await add(frame.data, frame.isKey, at);
	}

	const passes = async (seconds: number, isOver = false) => {
		if (isOver) source = null;
		const isDue = last < 0 || isOver || (isDark && seconds - last >= darkEverySeconds);
		if (!isDue) return;
		isDark = true;
		await add(darkFrame, true, Math.max(0, seconds));
	};

	return {
		passes,
		async push(from: number, ms: number, bytes: Buffer): Promise<void> {
			await passes(ms / 1_000);
			const packet = readRtp(bytes, ms);
			if (!packet) return;
			let reader = readers.get(from);
			if (!reader) readers.set(from, (reader = vp8Frames((frame) => ready.push(frame))));
			reader(packet);
			const frames = ready;
			ready = [];
			for (const frame of frames) {
				// The next picture takes over when it can be seen, with a key frame.
				if (from !== source && !frame.isKey) continue;
				if (from !== source) [source, anchor] = [from, null];
				await show(frame);
			}
		},
	};
}
