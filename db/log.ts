// Structured logs on standard output, one JSON line each, without personal data: no addresses, no names, no texts, no cookies.
import { pino } from 'pino';
import type { Config } from '#config';
import { currentRequest } from './request.ts';

export type Logger = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>;

export function makeLogger(config: Pick<Config, 'LOG_LEVEL'>): Logger {
	return pino({
		level: config.LOG_LEVEL,
		base: null,
		mixin: () => ({ requestId: currentRequest() }),
		timestamp: pino.stdTimeFunctions.isoTime,
		serializers: { err: withoutValues },
	});
}

/** An error without the values of the query that failed: they may be what somebody wrote. */
function withoutValues(error: unknown): unknown {
	if (!(error instanceof Error)) {
		// pg-boss hands on plain objects that only look like errors.
		const { message = error, code } = Object(error) as { message?: unknown; code?: unknown };
		return { code, message: String(message).split('\nparams:')[0] };
	}
	const cause = error.cause instanceof Error ? error.cause : error;
	const code = 'code' in cause ? String(cause.code) : undefined;
	return {
		type: cause.name,
		code,
		message: cause === error ? error.message.split('\nparams:')[0] : cause.message,
		stack: error.stack?.split('\n').slice(1, 8).join('\n'),
	};
}
