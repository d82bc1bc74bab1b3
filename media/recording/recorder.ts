// Records a stage while it goes on: every voice that is on air, and of the pictures the one that matters most at the moment.
import { NoSuchThing, type MediaStage, type Sending, type Tap } from '../stage.ts';
import { writeLog } from './log.ts';

/** So often the recorded picture is asked for a key frame: one can jump there, and what a lost packet has spoilt is whole again. */
const keyFrameEveryMs = 5_000;

export type Recorder = {
	/**
	 * What is on air now, on this stage; another stage than before is one that was opened anew.
	 * @param speakerId who is heard most; null leaves the picture as it is
	 */
	follow(stage: MediaStage, onAir: readonly Sending[], speakerId: string | null): Promise<void>;
	/** Ends the recording; all that was said until now is in the file. */
	close(): Promise<void>;
};

/**
 * Begins a recording.
 * @param onfailed told once when the disk takes no more
 */
export async function startRecorder(file: string, onfailed: (error: unknown) => void): Promise<Recorder> {
	const log = await writeLog(file, onfailed);
	const began = performance.now();
	const tapped = new Map<string, Tap>();
	let sources = 0;
	let shown: string | null = null;
	let doing: Promise<void> = Promise.resolve();

	const now = () => Math.round(performance.now() - began);
	const note = (kind: 'voice' | 'picture' | 'no-picture', source: number, packet: Buffer) =>
		log.write({ kind, source, ms: now(), packet });
	note('no-picture', 0, Buffer.alloc(0));
	const keyFrames = setInterval(() => {
		// Gone in this moment: it is noticed when the stage is followed next.
		if (shown)
			tapped
				.get(shown)
				?.requestKeyFrame()
				.catch(() => {});
	}, keyFrameEveryMs);

	async function bring(
		stage: MediaStage,
		onAir: readonly Sending[],
		speakerId: string | null,
	): Promise<void> {
		const voices = onAir.filter(({ source }) => source === 'microphone');
		const wanted = pictureOf(onAir, speakerId, shown);
		const keep = new Set([...voices, ...(wanted ? [wanted] : [])].map(({ producerId }) => producerId));
		for (const { producerId } of voices) await listenTo(stage, producerId, 'voice');
		// The next picture is there before the last one goes.
		if (wanted) await listenTo(stage, wanted.producerId, 'picture');
		for (const [producerId, tap] of tapped) {
			if (keep.has(producerId)) continue;
			tapped.delete(producerId);
			tap.close();
		}
		if (shown && !wanted) note('no-picture', 0, Buffer.alloc(0));
		shown = wanted && tapped.has(wanted.producerId) ? wanted.producerId : null;
	}

	async function listenTo(stage: MediaStage, producerId: string, kind: 'voice' | 'picture'): Promise<void> {
		if (tapped.has(producerId)) return;
		const source = sources++;
		try {
			const tap = await stage.tap(producerId, (packet) => note(kind, source, packet));
			tapped.set(producerId, tap);
			await tap.resume();
			if (kind === 'picture') await tap.requestKeyFrame();
		} catch (error) {
			// Switched off meanwhile, or its worker has died: told next.
			if (!(error instanceof NoSuchThing) && !isClosed(error)) throw error;
			tapped.delete(producerId);
		}
	}

	return {
		follow(stage, onAir, speakerId) {
			doing = doing.then(() => bring(stage, onAir, speakerId));
			const done = doing;
			doing = doing.catch(() => {});
			return done;
		},
		async close() {
			clearInterval(keyFrames);
			await doing;
			for (const tap of tapped.values()) tap.close();
			tapped.clear();
			note('no-picture', 0, Buffer.alloc(0));
			await log.close();
		},
	};
}

/** The picture to record: a shared screen, else who speaks, else the one before as long as it is there, else anybody’s. */
export function pictureOf(
	onAir: readonly Sending[],
	speakerId: string | null,
	shown: string | null,
): Sending | undefined {
	const cameras = onAir.filter(({ source }) => source === 'camera');
	return (
		onAir.find(({ source }) => source === 'screen') ??
		cameras.find((one) => one.speakerId === speakerId) ??
		cameras.find(({ producerId }) => producerId === shown) ??
		cameras[0]
	);
}

/** mediasoup's word for something that has gone while it was asked (its `InvalidStateError`), or is not there. */
const isClosed = (error: unknown) =>
	error instanceof Error && /closed|not found/i.test(`${error.name} ${error.message}`);
