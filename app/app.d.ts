// Types SvelteKit asks the project for.
import type { Actor } from '#domain/people.ts';

declare global {
	namespace App {
		interface Locals {
			actor: Actor;
			requestId: string;
		}
		interface Error {
			message: string;
			code?: string;
			requestId?: string;
		}
	}
}
