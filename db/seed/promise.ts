// A concern and a promise of the demo town, as they are written down to be entered. Days are days ago; negative ones are to come.
import type { DeclineCode, Topic } from '#domain/concerns.ts';
import type { FollowupState, Priority } from '#domain/followups.ts';

export type Area = 'Old Town' | 'Riverside' | 'Eastgate' | 'Linden Heights' | 'Millside';

export type DemoConcern = {
	title: string;
	/** When it was captured; one that was captured in its meeting (`isThere`) is only looked up. */
	day: number;
	isThere?: boolean;
	topic: Topic;
	area: Area;
	/** How the question or the pin begins that it was made of. */
	question?: string;
	pin?: string;
	/** The first human answer. */
	answer?: { day: number; text: string };
	declined?: { day: number; reason: DeclineCode; text: string };
	referred?: { day: number; agency: string; reference: string; text: string };
	/** The title of the one that it was merged into. */
	merged?: { day: number; into: string };
};

/** Where it moved, when, with which public words; null: by the residents' answers. */
type Step = [to: FollowupState, day: number, text?: string, by?: 'dana' | 'sam' | null];

export type DemoFollowup = {
	title: string;
	description: string;
	unit: string;
	owner?: 'dana' | 'sam';
	area: Area;
	topic: Topic;
	priority?: Priority;
	success: string;
	isInternal?: boolean;
	/** Titles of the concerns that it answers; how the meeting's title begins where it was promised. */
	concerns: string[];
	meeting?: string;
	due: number | null;
	/** The day that was promised first, and when and why it was moved. */
	moved?: { from: number; day: number; reason: string };
	review?: number;
	steps: Step[];
	milestones?: [title: string, weight: number, due: number, done?: number][];
	updates?: { day: number; text: string; isInternal?: boolean; isDraft?: boolean }[];
	/** What residents said of the last claim. */
	answers?: { fixed?: number; notFixed?: number; cannotTell?: number };
};

/** The parts of the city that promise. */
export const [community, dispatch, parks, traffic, works] = [
	...(['Community policing', 'Dispatch center', 'Parks department', 'Traffic unit', 'Public works'] as const),
];
