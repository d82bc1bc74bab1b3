// Records stages while their halls say so, and makes films of what was recorded; also of what a process that was killed has left.
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import type { Config } from '#config';
import type { Database } from '#db/client.ts';
import type { Logger } from '#db/log.ts';
import { setSwitches } from '#db/meetings.ts';
import * as rows from '#db/recordings.ts';
import { recordingFile, recordingIdsIn, recordingsFolder, removeRecordingFiles } from '#db/recordingFiles.ts';
import { system } from '#domain/people.ts';
import { startRecorder, type Recorder } from '#media/recording/recorder.ts';
import { makeFilmBeside } from '#media/recording/thread.ts';
import type { Film } from '#media/recording/webm.ts';
import type { MediaStage, Sending } from '#media/stage.ts';
import type { Feed } from './feed.ts';

const lookEveryMs = 10_000;
/** A log is touched every second while its recorder lives. */
const silentAfterMs = 10_000;

/** What is to be recorded of a meeting now. `wanted` false ends its recording. */
export type OnAir = {
	wanted: boolean;
	stage: MediaStage | undefined;
	sendings: Sending[];
	speakerId: string | null;
};

export type Recordings = {
	/** What is on air has changed, or whether it is recorded. */
	follow(meetingId: string, onAir: OnAir): Promise<void>;
	/** Ends all recordings; their films are made when the server is there again. */
	close(): Promise<void>;
};

type Going = { id: string; recorder: Recorder };

export function startRecordings(db: Database, config: Config, feed: Feed, log: Logger): Recordings {
	const going = new Map<string, Going>();
	const following = new Map<string, Promise<void>>();
	let isClosed = false;

	async function bring(meetingId: string, { wanted, stage, sendings, speakerId }: OnAir): Promise<void> {
		let one = going.get(meetingId);
		if (one && !wanted) {
			await end(meetingId, one);
			return;
		}
		// Begun when there is something to record: an empty hall makes no film.
		if (!one && wanted && sendings.length > 0 && !isClosed) {
			one = await begin(meetingId);
			if (one) going.set(meetingId, one);
		}
		if (one && stage) await one.recorder.follow(stage, sendings, speakerId);
	}

	async function begin(meetingId: string): Promise<Going | undefined> {
		const id = await rows.beginRecording(db, meetingId);
		try {
			await mkdir(recordingsFolder(config), { recursive: true, mode: 0o700 });
			const file = recordingFile(config, id, 'log');
			const recorder = await startRecorder(file, (error) => void giveUp(meetingId, error));
			log.info({ recordingId: id }, 'a recording has begun');
			return { id, recorder };
		} catch (error) {
			await rows.finishRecording(db, id, null);
			await giveUp(meetingId, error);
			return undefined;
		}
	}

	/** The disk does not take it: no page may say that it is recorded. What was written until now becomes a film. */
	async function giveUp(meetingId: string, error: unknown): Promise<void> {
		log.error({ err: error }, 'a recording cannot be written: it is switched off');
		await setSwitches(db, system, { meetingId, stageRecorded: false }).catch((failed: unknown) =>
			log.error({ err: failed }, 'and the switch could not be turned off'),
		);
	}

	async function end(meetingId: string, { id, recorder }: Going): Promise<void> {
		going.delete(meetingId);
		await recorder.close();
		await rows.endRecording(db, id);
		look();
	}

	/** Makes the films that are still to be made, of the logs that lie on this machine; deletes what was removed. */
	const lookAround = async () => {
		const files = await readdir(recordingsFolder(config)).catch((): string[] => []);
		const unfinished = await rows.unfinishedRecordings(db);
		for (const { id, isGoing } of unfinished)
			if (files.includes(`${id}.log`) && (!isGoing || (await isLeft(id)))) await make(id);
		await removeRecordingFiles(config, await rows.removedRecordings(db, recordingIdsIn(files)));
	};

	/** Whether the process that recorded has ended without a word. */
	async function isLeft(id: string): Promise<boolean> {
		if ([...going.values()].some((own) => own.id === id)) return false;
		const { mtimeMs } = await stat(recordingFile(config, id, 'log'));
		return Date.now() - mtimeMs > silentAfterMs;
	}

	async function make(id: string): Promise<void> {
		if (isClosed) return;
		const source = recordingFile(config, id, 'log');
		let film: Film | null;
		try {
			film = await makeFilmBeside(source, recordingFile(config, id, 'webm'));
		} catch (error) {
			log.error({ err: error, recordingId: id }, 'no film could be made of a recording; its log is kept');
			return rows.failRecording(db, id);
		}
		// Where the database does not answer the log stays, and the next look makes the film again.
		await rows.finishRecording(db, id, film);
		await rm(source);
		log.info({ recordingId: id, ...film }, 'a recording can be watched');
	}

	let looking: Promise<void> = Promise.resolve();
	/** One after the other: a film takes a processor, and a recording has one film. */
	function look(): void {
		looking = looking.then(lookAround).catch((error: unknown) => {
			log.warn({ err: error }, 'recordings wait for the next look');
		});
	}
	feed.on('recordings', look);
	const looks = setInterval(look, lookEveryMs);
	look();

	return {
		follow(meetingId, onAir) {
			const before = following.get(meetingId) ?? Promise.resolve();
			const done = before.then(() => bring(meetingId, onAir));
			const settled = done.catch(() => {});
			following.set(meetingId, settled);
			void settled.then(() => {
				if (following.get(meetingId) === settled) following.delete(meetingId);
			});
			return done;
		},
		async close() {
			isClosed = true;
			clearInterval(looks);
			await Promise.all(following.values());
			for (const [meetingId, one] of going) {
				going.delete(meetingId);
				await one.recorder.close();
				await rows.endRecording(db, one.id);
			}
		},
	};
}
