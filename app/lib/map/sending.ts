// Sends a form with photos and tells how far it is: `use:enhance={sending((share) => (progress = share))}`. `fetch` would not say.
import { applyAction, deserialize, type ActionResult, type SubmitFunction } from '$app/forms';
import { invalidateAll } from '$app/navigation';
import { m } from '#lib/paraglide/messages.js';
import { toast } from '#lib/ui/toasts.svelte.ts';

/**
 * @param onprogress told the share that was sent, 0 to 1; null when there is an answer, or none will come
 * @param onanswer instead of what a page does with an answer: empty the form, load anew, show what was refused
 */
export function sending(
	onprogress: (share: number | null) => void,
	onanswer?: (answer: ActionResult) => void,
): SubmitFunction {
	return async ({ action, formData, formElement, cancel }) => {
		cancel();
		onprogress(0);
		const answer = await posted(action, formData, onprogress);
		onprogress(null);
		if (!answer) return void toast({ text: m.photo_not_sent(), tone: 'danger' });
		if (onanswer) return onanswer(answer);
		if (answer.type === 'success') {
			formElement.reset();
			await invalidateAll();
		}
		await applyAction(answer);
	};
}

/** @returns null where nothing came through: what was chosen is still in the form */
function posted(
	action: URL,
	body: FormData,
	onprogress: (share: number) => void,
): Promise<ActionResult | null> {
	return new Promise((resolve) => {
		const request = new XMLHttpRequest();
		request.upload.onprogress = ({ loaded, total }) => onprogress(total ? loaded / total : 0);
		request.onload = () => resolve(read(request));
		request.onerror = request.onabort = () => resolve(null);
		request.open('POST', action);
		request.setRequestHeader('accept', 'application/json');
		request.setRequestHeader('x-sveltekit-action', 'true');
		request.send(body);
	});
}

/** What the server refuses before it reads a form, it says in plain text. */
function read({ status, responseText, responseURL }: XMLHttpRequest): ActionResult | null {
	try {
		return deserialize(responseText);
	} catch {
		const message = status === 413 ? m.error_too_large() : status === 429 ? m.error_too_fast() : null;
		const location = new URL(responseURL).pathname;
		return message ? { type: 'failure', status, location, data: { at: 'photos', message } } : null;
	}
}
