// Trying the way to the stage without a hall: anybody may, a few at a time; what is opened is closed after half a minute at the latest.
import type { Config } from '#config';
import { checked } from '#db/command.ts';
import { Refusal } from '#domain/errors.ts';
import type { Commands } from '#domain/events.ts';
import { authorize } from '#domain/policy.ts';
import { checkInput } from '#domain/stage.ts';
import { makeChecks, TooMany } from '#media/check.ts';
import { NoSuchThing } from '#media/stage.ts';
import type { HallSocket } from './feed.ts';
import { makeBucket } from './limits.ts';
import type { StageWorkers } from './stageWorkers.ts';
import { iceServersFor } from './turn.ts';

export type StageCheck = {
	check(
		socket: HallSocket,
		input: Commands['stage:check']['input'],
	): Promise<Commands['stage:check']['result']>;
	leave(socket: HallSocket): void;
};

export function makeStageCheck(
	workers: StageWorkers,
	config: Pick<Config, 'TURN_URLS' | 'TURN_SECRET'>,
): StageCheck {
	let checks: ReturnType<typeof makeChecks> | undefined;
	// All browsers together: whoever opens many lines to try this does no harm to the halls.
	const within = makeBucket({ atOnce: 50, perSecond: 10 });

	return {
		async check(socket, raw) {
			const { dtlsParameters } = checked(checkInput, raw);
			authorize(socket.data.actor, 'stage:check');
			const found = await workers.get();
			if (!found) throw new Refusal('stage-missing');
			checks ??= makeChecks(found);
			try {
				if (dtlsParameters) {
					await checks.connect(socket.id, dtlsParameters);
					return null;
				}
				if (!within()) throw new TooMany();
				const { rtpCapabilities, ...transport } = await checks.open(socket.id);
				// The line may have closed while the worker was asked.
				if (!socket.connected) checks.leave(socket.id);
				return { transport, rtpCapabilities, iceServers: iceServersFor(config) };
			} catch (error) {
				if (error instanceof TooMany) throw new Refusal('too-fast');
				if (error instanceof NoSuchThing) throw new Refusal('not-found');
				throw new Refusal(dtlsParameters ? 'bad-input' : 'stage-away');
			}
		},
		leave: (socket) => checks?.leave(socket.id),
	};
}
