// Ending letters with one click (RFC 8058): mail services post here by themselves, without a cookie and without an origin.
import { Router, type RequestHandler } from 'express';
import type { Database } from '#db/client.ts';
import { stopLetters } from '#db/followers.ts';
import { stopReports } from '#db/reportLetters.ts';
import { isRefusal } from '#domain/errors.ts';
import { nobody } from '#domain/people.ts';

/**
 * Answers posts that come from no page: SvelteKit refuses them, as no form of ours has sent them. Here the token in the address is all
 * that counts, and it can do one thing. What a page sends goes on to the page.
 */
export function oneClick(db: Database): Router {
	const router = Router();
	router.post('/following/stop', answering(stopLetters, 'No more letters will come.'));
	router.post('/following/no-reports', answering(stopReports, 'No more reports will come.'));
	return router;

	function answering(stop: typeof stopLetters, done: string): RequestHandler {
		return (request, response, next) => {
			const { origin } = request.headers;
			if (origin !== undefined && origin !== 'null') return next();
			const token = new URL(request.url, 'http://here').searchParams.get('token') ?? '';
			stop(db, nobody, { token }).then(
				() => void response.type('text').send(done),
				(error: unknown) =>
					isRefusal(error)
						? void response.status(error.status).type('text').send(error.message)
						: next(error),
			);
		};
	}
}
