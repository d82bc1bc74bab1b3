// What a browser receives of the stage, and how much of it its viewer wants.
import type { Device, types } from 'mediasoup-client';
import { kindOf, type Sent, type Source, type Want } from '#domain/stage.ts';
import type { Capabilities } from '#domain/stageParameters.ts';
import type { HallLine } from '#lib/hall/connection.svelte.ts';
import { LastSaid } from './lastSaid.ts';
import { rememberedStep, rememberStep, type Step } from './quality.ts';

export type Received = Sent & { stream: MediaStream };
type Way = { device: Device; transport: types.Transport };

export class Receiving {
	received = $state.raw<Received[]>([]);
	/** How much the viewer wants, or their line can take. */
	step = $state(rememberedStep());

	readonly #line: HallLine;
	readonly #isOwn: (producerId: string) => boolean;
	#way: Way | undefined;
	readonly #consumers = new Map<string, { consumer: types.Consumer; wish: LastSaid<Want> }>();
	/** What was asked for on this way: a second consumer would take the place of the first. */
	readonly #asked = new Set<string>();

	/** @param isOwn whether something is sent by this very browser: one does not hear oneself */
	constructor(line: HallLine, isOwn: (producerId: string) => boolean) {
		this.#line = line;
		this.#isOwn = isOwn;
	}

	/** There is a way to receive on. */
	get isOpen(): boolean {
		return this.#way !== undefined;
	}

	/** Receives on this way from now on. */
	open(way: Way): void {
		this.#way = way;
	}

	/** Ends the way and all that came by it. */
	drop(): void {
		this.#consumers.clear();
		this.#asked.clear();
		this.#way?.transport.close();
		this.#way = undefined;
		this.received = [];
	}

	async receive(sent: Sent): Promise<void> {
		const { producerId } = sent;
		const way = this.#way;
		if (!way || this.#isOwn(producerId) || this.#asked.has(producerId)) return;
		this.#asked.add(producerId);
		const answer = await this.#line.send('stage:receive', {
			meetingId: this.#line.hall.meeting.id,
			transportId: way.transport.id,
			producerId,
			rtpCapabilities: way.device.recvRtpCapabilities as Capabilities,
		});
		if (this.#way !== way) return;
		if (!answer.ok) return void this.#asked.delete(producerId);
		const consumer = await this.#consume(way, answer.result as types.ConsumerOptions);
		if (!consumer) return;
		// Meanwhile the way was cut, or it is not sent any more.
		if (this.#way !== way || !this.#asked.has(producerId)) return consumer.close();
		const wish = new LastSaid<Want>('nothing', (want) => this.#want(consumer, want));
		this.#consumers.set(producerId, { consumer, wish });
		this.received = [...this.received, { ...sent, stream: new MediaStream([consumer.track]) }];
		wish.say(this.#wanted(sent.source));
	}

	/** @returns nothing when the way was cut in between: all is asked for again on the next one */
	async #consume(way: Way, options: types.ConsumerOptions): Promise<types.Consumer | undefined> {
		try {
			return await way.transport.consume(options);
		} catch (error) {
			if (this.#way !== way || way.transport.closed) return undefined;
			throw error;
		}
	}

	/** It is not sent any more. */
	forget(producerId: string): void {
		this.#asked.delete(producerId);
		this.#consumers.get(producerId)?.consumer.close();
		this.#consumers.delete(producerId);
		this.received = this.received.filter((one) => one.producerId !== producerId);
	}

	/** Chooses a step of the ladder. Pictures are asked for by the tiles that show them. */
	choose(step: Step): void {
		this.step = step;
		rememberStep(step);
		for (const { producerId, source } of this.received)
			if (kindOf[source] === 'audio') this.#consumers.get(producerId)?.wish.say(this.#wanted(source));
	}

	/** Tells how large a picture is shown, or that it is out of sight; then it is not sent. @param width CSS pixels, 0 out of sight */
	show(producerId: string, width: number): void {
		const want = width === 0 ? 'nothing' : width < 240 ? 0 : width < 520 ? 1 : 2;
		this.#consumers.get(producerId)?.wish.say(want);
	}

	/** The browser's statistics of what it receives; undefined while it receives nothing. */
	async lookAtLine(): Promise<RTCStatsReport | undefined> {
		return this.#way?.transport.getStats().catch(() => undefined);
	}

	/** Tracks of the cameras that are being shown. */
	get watchedCameras(): string[] {
		const cameras = this.received.filter(({ source }) => source === 'camera');
		const isShown = ({ producerId }: Sent) =>
			(this.#consumers.get(producerId)?.wish.value ?? 'nothing') !== 'nothing';
		return cameras.filter(isShown).map(({ stream }) => stream.getTracks()[0]!.id);
	}

	/** Of pictures nothing until a tile shows them; sound at once. */
	#wanted(source: Source): Want {
		return kindOf[source] === 'video' || this.step === 'text' ? 'nothing' : 'all';
	}

	async #want(consumer: types.Consumer, want: Want): Promise<void> {
		if (consumer.closed) return;
		const meetingId = this.#line.hall.meeting.id;
		await this.#line.send('stage:want', { meetingId, consumerId: consumer.id, want });
	}
}
