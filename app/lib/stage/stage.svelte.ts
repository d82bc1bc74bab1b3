// A browser's end of the stage: receives what is on air, and sends what its person has switched on. Loaded on demand.
import { Device } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import type { Acknowledged, EnteredStage } from '#domain/events.ts';
import { kindOf, type Sent, type Source, type Want } from '#domain/stage.ts';
import type { Capabilities } from '#domain/stageParameters.ts';
import type { HallLine } from '#lib/hall/connection.svelte.ts';
import { openWay, type Direction } from './way.ts';

export type Received = Sent & { stream: MediaStream };
/** Why there is no picture or no sound, as a key of what the page says. */
export type StageTrouble = 'away' | 'not-supported' | 'refused' | 'no-device' | 'not-sent' | 'muted';

/** Three sizes of the camera, so that each viewer gets the one their tile and line can take. */
const cameraLayers: types.RtpEncodingParameters[] = [
	{ rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 120_000 },
	{ rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 400_000 },
	{ rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_200_000 },
];

/** Refusals that are over in a moment. */
const passing: readonly string[] = ['stage-away', 'too-fast', 'database-away', 'failed', 'unanswered'];

export class StageEnd {
	received = $state.raw<Received[]>([]);
	/** Who is heard most at the moment. */
	speaking = $state<string | null>(null);
	/** What the viewer wants: pictures and sound, or sound alone on a weak line. */
	wish = $state<'all' | 'sound'>('all');
	/** What this browser sends, for its own preview and its buttons. */
	sending = $state.raw<Partial<Record<Source, MediaStream>>>({});
	/** Sources that are being switched on. */
	starting = $state.raw<Source[]>([]);
	trouble = $state<StageTrouble | null>(null);
	/** Moderators have stopped something of ours. */
	wasStopped = $state(false);

	readonly #line: HallLine;
	#device: Device | undefined;
	#receiving: types.Transport | undefined;
	#sendingOn: Promise<types.Transport> | undefined;
	readonly #producers = new Map<Source, types.Producer>();
	readonly #consumers = new Map<string, types.Consumer>();
	/** What is being sent on the stage, as far as this browser may receive it. */
	readonly #sent = new Map<string, Sent>();
	/** In which turn each was asked for: a second consumer would take the place of the first. */
	readonly #asked = new Map<string, number>();
	/** Counts the times the stage was entered: what an earlier one still awaits is dropped. */
	#turn = 0;

	constructor(line: HallLine) {
		this.#line = line;
	}

	/** Listens to what the server says of the stage. @returns stops it, and all that is sent and received */
	open(): () => void {
		const stops = [
			this.#line.hear('stage:sent', (sent) => {
				this.#sent.set(sent.producerId, sent);
				void this.#receive(sent, this.#turn);
			}),
			this.#line.hear('stage:unsent', ({ producerId }) => this.#forget(producerId)),
			this.#line.hear('stage:speaking', ({ speakerId }) => (this.speaking = speakerId)),
			this.#line.hear('stage:stopped', ({ sources, isByOwn }) => {
				for (const source of sources) this.#end(source);
				this.wasStopped = !isByOwn;
			}),
			this.#line.hear('stage:lost', ({ directions }) => void this.#again(directions)),
		];
		return () => {
			for (const stop of stops) stop();
			this.#leave();
		};
	}

	/** Enters the stage: the line was opened, for the first time or anew. Nobody is unmuted by it. */
	enter(): Promise<void> {
		return this.#again(['receive', 'send']);
	}

	/**
	 * Makes the ways in these directions anew. What the person had switched on goes on as far as the server says; a device that was on
	 * stays on for it, so that a picture comes back as it was.
	 */
	async #again(directions: Direction[]): Promise<void> {
		if (directions.includes('receive')) this.#dropReceiving();
		if (directions.includes('send')) this.#dropSending();
		const turn = ++this.#turn;
		const answer = await this.#askIn(turn);
		if (turn !== this.#turn) return;
		if (!answer?.ok) return this.#endAll();
		this.#sent.clear();
		for (const sent of answer.result.sent) this.#sent.set(sent.producerId, sent);
		try {
			this.#device ??= await deviceFor(answer.result);
		} catch {
			this.trouble = 'not-supported';
			return;
		}
		if (this.trouble !== 'muted') this.trouble = null;
		await Promise.all([this.#receiveAll(turn), this.#goOn(answer.result.switchedOn, turn)]);
	}

	async #receiveAll(turn: number): Promise<void> {
		for (
			let pauseMs = 250;
			turn === this.#turn && !this.#receiving;
			pauseMs = Math.min(pauseMs * 2, 10_000)
		) {
			try {
				const transport = await this.#open('receive');
				if (turn !== this.#turn) return transport.close();
				this.#receiving = transport;
			} catch {
				this.trouble = 'away';
				await new Promise((resolve) => setTimeout(resolve, pauseMs));
			}
		}
		if (turn !== this.#turn) return;
		if (this.trouble === 'away') this.trouble = null;
		await Promise.all([...this.#sent.values()].map((sent) => this.#receive(sent, turn)));
	}

	/** Sends again what was switched on, as far as the server still has it on. The rest ends, and of the microphone it is said. */
	async #goOn(switchedOn: Source[], turn: number): Promise<void> {
		for (const [source, stream] of Object.entries(this.sending) as [Source, MediaStream][]) {
			if (turn !== this.#turn) return;
			if (this.#producers.has(source) || this.starting.includes(source)) continue;
			if (switchedOn.includes(source)) {
				await this.#send(source, stream).catch(() => (this.trouble = 'not-sent'));
				continue;
			}
			this.#end(source);
			if (source === 'microphone' && this.#isOnStage) this.trouble = 'muted';
		}
	}

	get #isOnStage(): boolean {
		const state = this.#line.hall.speaker?.state;
		return state === 'on-air' || state === 'green-room';
	}

	/** Asks until there is a stage: a worker that died is replaced within a second. */
	async #askIn(turn: number): Promise<Acknowledged<EnteredStage> | undefined> {
		for (let pauseMs = 500; turn === this.#turn; pauseMs = Math.min(pauseMs * 2, 10_000)) {
			const answer = await this.#line.send('stage:enter', { meetingId: this.meetingId });
			if (answer.ok || !passing.includes(answer.code)) return answer;
			this.trouble = 'away';
			await new Promise((resolve) => setTimeout(resolve, pauseMs));
		}
		return undefined;
	}

	/** Switches a source on: asks the browser for the device, then sends it. */
	async start(source: Source): Promise<void> {
		if (this.starting.includes(source) || this.sending[source]) return;
		this.starting = [...this.starting, source];
		this.wasStopped = false;
		try {
			const track = await trackOf(source);
			// The browser's own bar can end a shared screen.
			track.addEventListener('ended', () => this.stop(source));
			await this.#send(source, new MediaStream([track]));
			this.trouble = null;
		} catch (error) {
			this.trouble = troubleOf(error);
		}
		this.starting = this.starting.filter((one) => one !== source);
	}

	/** Switches a source off. */
	stop(source: Source): void {
		const producer = this.#producers.get(source);
		this.#end(source);
		if (!producer) return;
		void this.#line.send('stage:unsend', { meetingId: this.meetingId, producerId: producer.id });
	}

	stopAll(): void {
		if (this.trouble === 'muted') this.trouble = null;
		for (const source of Object.keys(this.sending) as Source[]) this.stop(source);
	}

	get meetingId(): string {
		return this.#line.hall.meeting.id;
	}

	async #send(source: Source, stream: MediaStream): Promise<void> {
		const [track] = stream.getTracks();
		this.sending = { ...this.sending, [source]: stream };
		const way = (this.#sendingOn ??= this.#open('send'));
		let transport: types.Transport | undefined;
		try {
			transport = await way;
			const producer = await transport.produce({
				track,
				// A cut ends the producer, not the device.
				stopTracks: false,
				appData: { source },
				...(source === 'camera' ? { encodings: cameraLayers } : {}),
				...(source === 'microphone' ? { codecOptions: { opusDtx: true, opusFec: true } } : {}),
			});
			this.#producers.get(source)?.close();
			this.#producers.set(source, producer);
			// Switched off meanwhile.
			if (this.sending[source] !== stream) this.stop(source);
		} catch (error) {
			// The way was cut: what is switched on goes on by the next one.
			if (this.#isAnother(way)) return;
			if (!transport) this.#sendingOn = undefined;
			if (this.sending[source] === stream) this.#end(source);
			throw error;
		}
	}

	#isAnother(way: Promise<types.Transport>): boolean {
		return this.#sendingOn !== way;
	}

	async #open(direction: Direction): Promise<types.Transport> {
		if (!this.#device) throw new Error('not entered');
		return openWay(this.#line, this.#device, direction, () => void this.#again([direction]));
	}

	async #receive(sent: Sent, turn: number): Promise<void> {
		const device = this.#device;
		const transport = this.#receiving;
		const isOwn = [...this.#producers.values()].some(({ id }) => id === sent.producerId);
		const isAsked = this.#asked.get(sent.producerId) === turn;
		if (!device || !transport || isOwn || isAsked || this.#consumers.has(sent.producerId)) return;
		this.#asked.set(sent.producerId, turn);
		const { meetingId } = this;
		const rtpCapabilities = device.recvRtpCapabilities as Capabilities;
		const answer = await this.#line.send('stage:receive', {
			meetingId,
			transportId: transport.id,
			producerId: sent.producerId,
			rtpCapabilities,
		});
		if (!answer.ok || turn !== this.#turn) return;
		const consumer = await transport.consume(answer.result as types.ConsumerOptions);
		if (turn !== this.#turn || this.#consumers.has(sent.producerId)) return consumer.close();
		this.#consumers.set(sent.producerId, consumer);
		this.received = [...this.received, { ...sent, stream: new MediaStream([consumer.track]) }];
		await this.#want(consumer, this.#wanted(sent.source));
	}

	/** Chooses between pictures with sound, and sound alone: sound goes on in any case. */
	choose(wish: 'all' | 'sound'): void {
		this.wish = wish;
		for (const { producerId, source } of this.received)
			void this.#want(this.#consumers.get(producerId)!, this.#wanted(source));
	}

	/** Tells how large a picture is shown, or that it is out of sight; then it is not sent. @param width CSS pixels, 0 out of sight */
	show(producerId: string, width: number): void {
		const consumer = this.#consumers.get(producerId);
		if (!consumer || this.wish === 'sound') return;
		void this.#want(consumer, width === 0 ? 'nothing' : width < 240 ? 0 : width < 520 ? 1 : 2);
	}

	#wanted(source: Source): Want {
		return this.wish === 'sound' && kindOf[source] === 'video' ? 'nothing' : 'all';
	}

	async #want(consumer: types.Consumer, want: Want): Promise<void> {
		if (consumer.appData['want'] === want || consumer.closed) return;
		consumer.appData['want'] = want;
		await this.#line.send('stage:want', { meetingId: this.meetingId, consumerId: consumer.id, want });
	}

	#forget(producerId: string): void {
		this.#sent.delete(producerId);
		this.#asked.delete(producerId);
		this.#consumers.get(producerId)?.close();
		this.#consumers.delete(producerId);
		this.received = this.received.filter((one) => one.producerId !== producerId);
	}

	#end(source: Source): void {
		this.#producers.get(source)?.close();
		this.#producers.delete(source);
		const { [source]: stream, ...others } = this.sending;
		for (const track of stream?.getTracks() ?? []) track.stop();
		this.sending = others;
	}

	#endAll(): void {
		for (const source of Object.keys(this.sending) as Source[]) this.#end(source);
	}

	#dropReceiving(): void {
		this.#consumers.clear();
		this.#asked.clear();
		this.#receiving?.close();
		this.#receiving = undefined;
		this.received = [];
	}

	/** Ends the way, not the devices: what is switched on may go on by another one. */
	#dropSending(): void {
		this.#producers.clear();
		void this.#sendingOn?.then((transport) => transport.close()).catch(() => {});
		this.#sendingOn = undefined;
	}

	#leave(): void {
		this.#turn++;
		this.#endAll();
		this.#dropReceiving();
		this.#dropSending();
		this.#device = undefined;
	}
}

async function deviceFor({ rtpCapabilities }: EnteredStage): Promise<Device> {
	const device = new Device();
	await device.load({ routerRtpCapabilities: rtpCapabilities as types.RtpCapabilities });
	return device;
}

async function trackOf(source: Source): Promise<MediaStreamTrack> {
	const { mediaDevices } = navigator;
	const stream =
		source === 'screen'
			? await mediaDevices.getDisplayMedia({ video: { frameRate: 15 } })
			: await mediaDevices.getUserMedia(
					source === 'camera'
						? { video: { width: { ideal: 1280 }, height: { ideal: 720 } } }
						: { audio: { echoCancellation: true, noiseSuppression: true } },
				);
	const [track] = kindOf[source] === 'audio' ? stream.getAudioTracks() : stream.getVideoTracks();
	if (!track) throw new Error('no track');
	return track;
}

function troubleOf(error: unknown): StageTrouble {
	const name = error instanceof DOMException ? error.name : '';
	if (name === 'NotAllowedError') return 'refused';
	if (name === 'NotFoundError' || name === 'NotReadableError') return 'no-device';
	return 'not-sent';
}
