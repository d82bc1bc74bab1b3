// The number of the request that is being answered, known to whatever runs because of it: on error pages, in logs, beside each SQL line.
import { AsyncLocalStorage } from 'node:async_hooks';

// On globalThis: SvelteKit's bundle has its own copy of this module, and both must find the same number.
const key = Symbol.for('porchlight.request');
const store = ((globalThis as { [key: symbol]: unknown })[key] ??=
	new AsyncLocalStorage<string>()) as AsyncLocalStorage<string>;

/** Runs something as part of a request. */
export function duringRequest<T>(id: string, run: () => T): T {
	return store.run(id, run);
}

/** The number of the request we are in, if any. */
export function currentRequest(): string | undefined {
	return store.getStore();
}
