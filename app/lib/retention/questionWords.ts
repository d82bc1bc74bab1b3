// In a file of its own: the hall needs it, and none of the other words.
import { m } from '#lib/paraglide/messages.js';

/** The words of a question; where they have been removed on their day, that they are gone. */
export const questionWords = (text: string): string => text || m.kept_question_gone();
