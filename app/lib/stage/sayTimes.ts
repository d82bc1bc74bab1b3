// Says whose time is up, once; and to the speaker that it soon will be. Politely: nobody is cut off.
import { speakingTime, type OnStage } from '#domain/stage.ts';
import { m } from '#lib/paraglide/messages.js';
import { speakerName } from '#lib/room/words.ts';
import { announce } from '#lib/ui/announce.svelte.ts';

export class TimeSayer {
	#said = new Map<string, string>();
	#isFirst = true;

	/** @param ownId told of the last half minute as well */
	say(onAir: readonly OnStage[], minutes: number, now: number, ownId: string | undefined): void {
		const phases = new Map(
			onAir.map((one) => [one.id, speakingTime(one, minutes, now)?.phase ?? 'speaking'] as const),
		);
		for (const one of onAir) {
			const [id, name] = [one.id, speakerName(one)];
			const phase = phases.get(id);
			// What was so before the page came is seen, not said.
			if (this.#isFirst || phase === this.#said.get(id)) continue;
			if (phase === 'over')
				announce(id === ownId ? m.stage_said_own_over() : m.stage_said_over({ name }), {
					topic: `time-${id}`,
				});
			if (phase === 'soon-over' && id === ownId) announce(m.stage_said_own_soon(), { topic: `time-${id}` });
		}
		this.#said = phases;
		this.#isFirst = false;
	}
}
