// Who is invited to a meeting when it is announced: the followers of its area, or of the whole city.
import * as v from 'valibot';

export const setInvitationsInput = v.object({
	meetingId: v.pipe(v.string(), v.uuid()),
	isOn: v.boolean(),
	/** The whole city: whoever follows any area, or everything. */
	isEverywhere: v.boolean(),
	areaIds: v.pipe(v.array(v.pipe(v.string(), v.uuid())), v.maxLength(200)),
});

/** How invitations to a meeting stand. Numbers are of letters; nobody's address is among it. */
export type Invitations = {
	isOn: boolean;
	isEverywhere: boolean;
	/** All areas by name, with how many follow each. */
	areas: { id: string; name: string; isChosen: boolean; followers: number }[];
	/** Who is invited as it is set now: followers with letters. */
	followers: number;
	/** Letters that were written, and those that wait for the end of their reader's period. */
	written: number;
	waiting: number;
};
