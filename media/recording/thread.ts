// Films are made beside the server: mixing the voices of a long evening takes a processor for minutes.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { makeFilm, type Film } from './webm.ts';

type Task = { log: string; film: string };

/** `makeFilm` in a thread of its own. @throws what it throws */
export function makeFilmBeside(log: string, film: string): Promise<Film | null> {
	const task: Task = { log, film };
	return new Promise((resolve, reject) => {
		const thread = new Worker(new URL(import.meta.url), { workerData: task });
		thread.once('message', resolve);
		thread.once('error', reject);
		thread.once('exit', (code) => reject(new Error(`the thread that makes films has ended with ${code}`)));
	});
}

if (!isMainThread) {
	const { log, film } = workerData as Task;
	parentPort!.postMessage(await makeFilm(log, film));
}
