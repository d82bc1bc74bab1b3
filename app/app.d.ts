// Types SvelteKit asks the project for.
import type { Actor } from '#domain/people.ts';

declare global {
	namespace App {
		interface Locals {
			actor: Actor;
			requestId: string;
		}
		interface PageData {
			/** What stands around the page: header and footer (`page`, the default), full width without footer (`hall`), nothing (`bare`). */
			frame?: 'page' | 'hall' | 'bare';
		}
		interface Error {
			message: string;
			code?: string;
			requestId?: string;
		}
	}
}
