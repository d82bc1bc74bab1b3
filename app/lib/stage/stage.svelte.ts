// A browser's end of the stage: receives what is on air, and sends what its person has switched on. Loaded on demand.
import { Device } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import type { Acknowledged, EnteredStage, IceServer } from '#domain/events.ts';
import { kindOf, type Sent, type Source, type Want } from '#domain/stage.ts';
import type { HallLine } from '#lib/hall/connection.svelte.ts';
import { rememberedStep, rememberStep, type Step } from './quality.ts';
import { trackOf, troubleOf, type DeviceSource, type DeviceTrouble } from './choice.ts';
import { sendOptions } from './sendOptions.ts';
import { stageTroubleOf, type StageTrouble } from './troubles.ts';

export type Received = Sent & { stream: MediaStream };
export class StageEnd {
	received = $state.raw<Received[]>([]);
	/** Who is heard most at the moment. */
	speaking = $state<string | null>(null);
	/** How much the viewer wants, or their line can take. */
	step = $state(rememberedStep());
	/** What this browser sends, for its own preview and its buttons. */
	sending = $state.raw<Partial<Record<Source, MediaStream>>>({});
	/** Sources that are being switched on. */
	starting = $state.raw<Source[]>([]);
	trouble = $state<StageTrouble | null>(null);
	/** Moderators have stopped something of ours. */
	wasStopped = $state(false);

	readonly #line: HallLine;
	#device: Device | undefined;
	#iceServers: IceServer[] = [];
	#receiving: types.Transport | undefined;
	#sendingOn: Promise<types.Transport> | undefined;
	readonly #producers = new Map<Source, types.Producer>();
	readonly #consumers = new Map<string, types.Consumer>();
	/** Counts the times the stage was entered: what an earlier one still awaits is dropped. */
	#turn = 0;

	constructor(line: HallLine) {
		this.#line = line;
	}

	/** Listens to what the server says of the stage. @returns stops it, and all that is sent and received */
	open(): () => void {
		const stops = [
			this.#line.hear('stage:sent', (sent) => void this.#receive(sent, this.#turn)),
			this.#line.hear('stage:unsent', ({ producerId }) => this.#forget(producerId)),
			this.#line.hear('stage:speaking', ({ speakerId }) => (this.speaking = speakerId)),
			this.#line.hear('stage:stopped', ({ sources }) => {
				for (const source of sources) this.#end(source);
				this.wasStopped = true;
			}),
			this.#line.hear('stage:lost', () => void this.#comeBack()),
		];
		return () => {
			for (const stop of stops) stop();
			this.#leave();
		};
	}

	/** Enters the stage anew: the line was opened, or the machine behind it has changed. Nobody is unmuted by it. */
	async enter(): Promise<void> {
		this.#leave();
		const turn = this.#turn;
		const answer = await this.#askIn(turn);
		if (turn !== this.#turn || !answer?.ok) return;
		try {
			const device = new Device();
			await device.load({ routerRtpCapabilities: answer.result.rtpCapabilities as types.RtpCapabilities });
			if (turn !== this.#turn) return;
			this.#device = device;
			this.#iceServers = answer.result.iceServers;
			this.#receiving = await this.#transport('receive');
		} catch {
			this.trouble = 'not-supported';
			return;
		}
		this.trouble = null;
		await Promise.all(answer.result.sent.map((sent) => this.#receive(sent, turn)));
	}

	/** Asks until there is a stage: a worker that died is replaced within a second. */
	async #askIn(turn: number): Promise<Acknowledged<EnteredStage> | undefined> {
		for (let pauseMs = 500; turn === this.#turn; pauseMs = Math.min(pauseMs * 2, 10_000)) {
			const answer = await this.#line.send('stage:enter', { meetingId: this.meetingId });
			if (answer.ok || answer.code !== 'stage-away') return answer;
			this.trouble = 'away';
			await new Promise((resolve) => setTimeout(resolve, pauseMs));
		}
		return undefined;
	}

	/** The machine is another one, the person's switches are as they were: what was on goes on. */
	async #comeBack(): Promise<void> {
		const tracks = [...this.#producers].flatMap(([source, { track }]) =>
			track ? [[source, track.clone()] as const] : [],
		);
		await this.enter();
		for (const [source, track] of tracks)
			await this.#send(source, track).catch(() => {
				track.stop();
				this.trouble = 'not-sent';
			});
	}

	/** Switches a source on: asks the browser for the device unless its track is given, then sends it. */
	async start(source: Source, given?: MediaStreamTrack): Promise<void> {
		if (this.starting.includes(source) || this.#producers.has(source)) return given?.stop();
		this.starting = [...this.starting, source];
		this.wasStopped = false;
		try {
			await this.#send(source, given ?? (await trackOf(source)));
			this.trouble = null;
		} catch (error) {
			this.trouble = stageTroubleOf(error);
		}
		this.starting = this.starting.filter((one) => one !== source);
	}

	/** Sends from the device that is chosen now in place of the one before. @returns why that could not be had; then nothing is sent */
	async change(source: DeviceSource): Promise<DeviceTrouble | null> {
		const producer = this.#producers.get(source);
		if (!producer) return null;
		// Phones open one camera at a time: the old one is let go first.
		producer.track?.stop();
		try {
			const track = await trackOf(source);
			if (producer.closed) track.stop();
			else await this.#carry(source, producer, track);
			return null;
		} catch (error) {
			this.stop(source);
			return troubleOf(error);
		}
	}

	async #carry(source: Source, producer: types.Producer, track: MediaStreamTrack): Promise<void> {
		if (producer.track !== track) await producer.replaceTrack({ track });
		// Unplugged, or a shared screen ended with the browser's own bar.
		track.addEventListener('ended', () => {
			if (this.#producers.get(source)?.track !== track) return;
			this.stop(source);
			if (source !== 'screen') this.trouble = `unplugged-${source}`;
		});
		this.sending = { ...this.sending, [source]: new MediaStream([track]) };
	}

	/** Switches a source off. */
	stop(source: Source): void {
		const producer = this.#producers.get(source);
		if (!producer) return;
		this.#end(source);
		void this.#line.send('stage:unsend', { meetingId: this.meetingId, producerId: producer.id });
	}

	stopAll(): void {
		for (const source of this.#producers.keys()) this.stop(source);
	}

	get meetingId(): string {
		return this.#line.hall.meeting.id;
	}

	async #send(source: Source, track: MediaStreamTrack): Promise<void> {
		if (!this.#device) throw new Error('not entered');
		this.#sendingOn ??= this.#transport('send');
		const transport = await this.#sendingOn.catch((error: unknown) => {
			track.stop();
			this.#sendingOn = undefined;
			throw error;
		});
		try {
			const producer = await transport.produce({ track, appData: { source }, ...sendOptions(source) });
			this.#producers.set(source, producer);
			await this.#carry(source, producer, track);
		} catch (error) {
			track.stop();
			throw error;
		}
	}

	async #transport(direction: 'send' | 'receive'): Promise<types.Transport> {
		const { meetingId } = this;
		const answer = await this.#line.send('stage:transport', { meetingId, direction });
		if (!answer.ok) throw new Error(answer.code);
		const options = { ...(answer.result as types.TransportOptions), iceServers: this.#iceServers };
		const transport =
			direction === 'send'
				? this.#device!.createSendTransport(options)
				: this.#device!.createRecvTransport(options);
		transport.on('connect', ({ dtlsParameters }, done, failed) => {
			const input = { meetingId, transportId: transport.id, dtlsParameters };
			void this.#line
				.send('stage:connect', input)
				.then(({ ok }) => (ok ? done() : failed(new Error('connect'))));
		});
		transport.on('produce', ({ rtpParameters, appData }, done, failed) => {
			const input = {
				meetingId,
				transportId: transport.id,
				source: appData['source'] as Source,
				rtpParameters: { ...rtpParameters },
			};
			void this.#line
				.send('stage:send', input)
				.then((sent) => (sent.ok ? done({ id: sent.result.producerId }) : failed(new Error(sent.code))));
		});
		// A way that broke under a line that stands (another network): all anew.
		transport.on('connectionstatechange', (state) => {
			if (state === 'failed' && this.#line.status === 'connected') void this.#comeBack();
		});
		return transport;
	}

	async #receive(sent: Sent, turn: number): Promise<void> {
		const device = this.#device;
		const transport = this.#receiving;
		const isOwn = [...this.#producers.values()].some(({ id }) => id === sent.producerId);
		const isThere = this.received.some(({ producerId }) => producerId === sent.producerId);
		if (!device || !transport || isOwn || isThere || this.#consumers.has(sent.producerId)) return;
		const { meetingId } = this;
		const rtpCapabilities = { ...device.recvRtpCapabilities };
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

	/** Chooses a step of the ladder. Pictures are asked for by the tiles that show them. */
	choose(step: Step): void {
		this.step = step;
		rememberStep(step);
		for (const { producerId, source } of this.received)
			if (kindOf[source] === 'audio') void this.#want(this.#consumers.get(producerId)!, this.#wanted(source));
	}

	/** The browser's statistics of what it receives; undefined while it receives nothing. */
	async lookAtLine(): Promise<RTCStatsReport | undefined> {
		return this.#receiving?.getStats().catch(() => undefined);
	}

	/** Tracks of the cameras that are being shown. */
	get watchedCameras(): string[] {
		const cameras = this.received.filter(({ source }) => source === 'camera');
		const isShown = ({ producerId }: Sent) =>
			(this.#consumers.get(producerId)?.appData['want'] ?? 'nothing') !== 'nothing';
		return cameras.filter(isShown).map(({ stream }) => stream.getTracks()[0]!.id);
	}

	/** Tells how large a picture is shown, or that it is out of sight; then it is not sent. @param width CSS pixels, 0 out of sight */
	show(producerId: string, width: number): void {
		const consumer = this.#consumers.get(producerId);
		if (!consumer) return;
		void this.#want(consumer, width === 0 ? 'nothing' : width < 240 ? 0 : width < 520 ? 1 : 2);
	}

	/** Of pictures nothing until a tile shows them; sound at once. */
	#wanted(source: Source): Want {
		return kindOf[source] === 'video' || this.step === 'text' ? 'nothing' : 'all';
	}

	async #want(consumer: types.Consumer, want: Want): Promise<void> {
		if ((consumer.appData['want'] ?? 'nothing') === want || consumer.closed) return;
		consumer.appData['want'] = want;
		await this.#line.send('stage:want', { meetingId: this.meetingId, consumerId: consumer.id, want });
	}

	#forget(producerId: string): void {
		this.#consumers.get(producerId)?.close();
		this.#consumers.delete(producerId);
		this.received = this.received.filter((one) => one.producerId !== producerId);
	}

	#end(source: Source): void {
		const producer = this.#producers.get(source);
		this.#producers.delete(source);
		producer?.track?.stop();
		producer?.close();
		const { [source]: _, ...others } = this.sending;
		this.sending = others;
	}

	#leave(): void {
		this.#turn++;
		for (const source of [...this.#producers.keys()]) this.#end(source);
		this.#consumers.clear();
		this.#receiving?.close();
		void this.#sendingOn?.then((transport) => transport.close()).catch(() => {});
		this.#receiving = this.#sendingOn = this.#device = undefined;
		this.received = [];
	}
}
