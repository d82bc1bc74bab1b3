// The desk's keys: one stroke each, no modifiers, none that browsers or screen readers need while a list has the focus.
import type { DeskDeed } from '#domain/desk.ts';
import { recalledText, remember } from '#lib/memory.ts';

/** What each deed is done with. Two deeds share a key where a question is in a state for only one of them. */
export const keyOf: Record<DeskDeed, string> = {
	publish: 'p',
	decline: 'd',
	hold: 'h',
	'put-on-air': 'o',
	'take-off-air': 'o',
	'answer-live': 'a',
	'answer-in-writing': 'w',
	merge: 'm',
	unmerge: 'r',
	reopen: 'r',
	pin: 'i',
	label: 'l',
	capture: 'c',
	'to-board': '0',
	defer: 'f',
	'carry-over': 't',
	'leave-unanswered': 'n',
	claim: 'v',
	freeze: 'z',
	'set-aside': 'e',
	block: 'b',
};

export const undoKey = 'u';
export const selectKey = 'x';
export const searchKey = 's';
export const helpKey = '?';

/** Deeds of a key, in the order in which they are tried. */
export function deedsOfKey(key: string): DeskDeed[] {
	return (Object.keys(keyOf) as DeskDeed[]).filter((deed) => keyOf[deed] === key);
}

/** Whether the key belongs to something else: a field that is typed in, a modifier, an open sheet or menu. */
export function isForOthers(event: KeyboardEvent): boolean {
	if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
		return true;
	const target = event.target as HTMLElement;
	if (target.closest('dialog[open], [role=menu]')) return true;
	if (target.isContentEditable || target.closest('textarea, select')) return true;
	const input = target.closest('input');
	return input !== null && !['checkbox', 'radio', 'button'].includes(input.type);
}

const memory = 'desk-keys';

/** Whether this browser's moderator wants single keys (WCAG 2.1.4: they can be turned off). */
export const wantsKeys = (): boolean => recalledText(memory) !== 'off';
export const rememberKeys = (on: boolean): void => remember(memory, on ? 'on' : 'off');
