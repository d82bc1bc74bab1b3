// The packets of a long evening as its recorder would have left them: everybody's microphone on, one camera.
import { createEncoder } from 'libopus-wasm';
import { setImmediate as turn } from 'node:timers/promises';
import { writeLog } from '#media/recording/log.ts';
import { rtp } from '#tests/rtp.ts';
import { framesPerSecond, packetsPerFrame, picture } from '../stage/rtp.ts';

export const voices = 3;
/** Opus packets a second, of 20 ms each. */
const soundsPerSecond = 50;
const samples = 960;
/** After so long a voice says the same again. */
const phraseSeconds = 10;

/** Writes a log of so many seconds. */
export async function writeEvening(file: string, seconds: number): Promise<void> {
	const phrases: Uint8Array[][] = [];
	for (let voice = 0; voice < voices; voice++) phrases.push(await phrase(150 + 50 * voice));
	let failed: unknown;
	const log = await writeLog(file, (error) => (failed = error));
	log.write({ kind: 'no-picture', source: 0, ms: 0, packet: Buffer.alloc(0) });
	for (let second = 0; second < seconds; second++) {
		const records = [];
		for (let n = second * soundsPerSecond; n < (second + 1) * soundsPerSecond; n++)
			for (const [voice, packets] of phrases.entries())
				records.push({
					...{ kind: 'voice' as const, source: voice, ms: (n * 1_000) / soundsPerSecond },
					packet: rtp(n, n * samples, packets[n % packets.length]!),
				});
		for (let n = second * framesPerSecond; n < (second + 1) * framesPerSecond; n++)
			for (const [part, payload] of picture(n).entries())
				records.push({
					...{ kind: 'picture' as const, source: voices, ms: Math.round((n * 1_000) / framesPerSecond) },
					packet: rtp(
						n * packetsPerFrame + part,
						(n * 90_000) / framesPerSecond,
						payload,
						part === packetsPerFrame - 1,
					),
				});
		for (const record of records.toSorted((a, b) => a.ms - b.ms)) log.write(record);
		// The log writes once a second by the clock: it gets its turn.
		if (second % 60 === 0) await turn();
	}
	log.write({ kind: 'no-picture', source: 0, ms: seconds * 1_000, packet: Buffer.alloc(0) });
	await log.close();
	if (failed) throw failed;
}

/** Packets of somebody who speaks with the pitch of so many hertz: overtones that come and go four times a second, as syllables do. */
async function phrase(hertz: number): Promise<Uint8Array[]> {
	const encoder = await createEncoder({ channels: 1 });
	const packets = Array.from({ length: phraseSeconds * soundsPerSecond }, (_, n) => {
		const pcm = Float32Array.from({ length: samples }, (_, i) => {
			const at = (n * samples + i) / 48_000;
			const loud = 0.2 * Math.sin(Math.PI * 4 * at) ** 2;
			let sum = 0;
			for (let tone = 1; tone <= 12; tone++) sum += Math.sin(2 * Math.PI * hertz * tone * at) / tone;
			return loud * sum + 0.01 * (Math.random() - 0.5);
		});
		return encoder.encodeFloat(pcm);
	});
	encoder.free();
	return packets;
}
