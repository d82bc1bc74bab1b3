// Who may send and receive on a stage, from the rows as they are now; and what is said of a call that cannot be carried out.
import type { Logger } from '#db/log.ts';
import { speakerOf, type SpeakerRow, type StageRights } from '#db/stage.ts';
import { Refusal } from '#domain/errors.ts';
import type { Actor } from '#domain/people.ts';
import { can } from '#domain/policy.ts';
import { isHeardBy } from '#domain/stage.ts';
import { NoSuchThing, type Sending } from '#media/stage.ts';
import { isWorkerAway } from '#media/workers.ts';

/** @throws Refusal not-on-stage for those who may not send now */
export function sender(rights: StageRights, actor: Actor): SpeakerRow {
	const speaker = speakerOf(rights, actor);
	if (!speaker || !isOnStage(speaker, rights, actor)) throw new Refusal('not-on-stage');
	return speaker;
}

/** A moderator's place is worth what the role is worth now. */
export const isOnStage = (speaker: SpeakerRow, { meeting }: StageRights, actor: Actor) =>
	isHeardBy(speaker, { isModerator: true }, meeting) && (!speaker.isModerator || can(actor, 'stage:manage'));

export const maySee = (rights: StageRights, actor: Actor) => (sending: Sending) => {
	const speaker = rights.speakers.get(sending.speakerId);
	const listener = { isModerator: can(actor, 'stage:manage') };
	return speaker !== undefined && isHeardBy(speaker, listener, rights.meeting);
};

/** What mediasoup refuses is the caller's doing: rubbish, or something that is not theirs. */
export const refusing =
	(log: Logger) =>
	async <T>(doing: Promise<T>): Promise<T> => {
		try {
			return await doing;
		} catch (error) {
			if (error instanceof NoSuchThing) throw new Refusal('not-found');
			if (isWorkerAway(error)) throw new Refusal('stage-away');
			log.debug({ err: error }, 'mediasoup has refused a call');
			throw new Refusal('bad-input');
		}
	};
