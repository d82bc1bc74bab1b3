// A browser's end of the stage: receives what is on air, and sends what its person has switched on. Loaded on demand.
import { Device } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import type { Acknowledged, EnteredStage, IceServer } from '#domain/events.ts';
import type { Sent, Source } from '#domain/stage.ts';
import type { HallLine } from '#lib/hall/connection.svelte.ts';
import { trackOf, troubleOf, type DeviceSource, type DeviceTrouble } from '#lib/devices/choice.ts';
import { Receiving } from './receiving.svelte.ts';
import { sendOptions } from './sendOptions.ts';
import { stageTroubleOf, type StageTrouble } from './troubles.ts';
import { openWay, type Direction } from './way.ts';

/** Refusals that are over in a moment. */
const passing: readonly string[] = [
	'stage-away',
	'stage-missing',
	'too-fast',
	'database-away',
	'failed',
	'unanswered',
];

export class StageEnd {
	readonly receiving: Receiving;
	/** Who is heard most at the moment. */
	speaking = $state<string | null>(null);
	/** What the person has switched on, for their own preview and their buttons. Over a cut it stays on, while nothing is sent. */
	sending = $state.raw<Partial<Record<Source, MediaStream>>>({});
	/** Sources that are being switched on. */
	starting = $state.raw<Source[]>([]);
	trouble = $state<StageTrouble | null>(null);
	/** Moderators have stopped something of ours. */
	wasStopped = $state(false);

	readonly #line: HallLine;
	#device: Device | undefined;
	#iceServers: IceServer[] = [];
	#sendingOn: Promise<types.Transport> | undefined;
	readonly #producers = new Map<Source, types.Producer>();
	/** What is being sent on the stage, as far as this browser may receive it. */
	readonly #sent = new Map<string, Sent>();
	/** Counts the times the stage was entered: what an earlier one still awaits is dropped. */
	#turn = 0;

	constructor(line: HallLine) {
		this.#line = line;
		this.receiving = new Receiving(line, (producerId) =>
			[...this.#producers.values()].some(({ id }) => id === producerId),
		);
	}

	/** Listens to what the server says of the stage. @returns stops it, and all that is sent and received */
	open(): () => void {
		const stops = [
			this.#line.hear('stage:sent', (sent) => {
				this.#sent.set(sent.producerId, sent);
				void this.receiving.receive(sent);
			}),
			this.#line.hear('stage:unsent', ({ producerId }) => {
				this.#sent.delete(producerId);
				this.receiving.forget(producerId);
			}),
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
		if (directions.includes('receive')) this.receiving.drop();
		if (directions.includes('send')) this.#dropSending();
		const turn = ++this.#turn;
		const answer = await this.#askIn(turn);
		if (turn !== this.#turn) return;
		if (!answer?.ok) return this.#endAll();
		this.#sent.clear();
		for (const sent of answer.result.sent) this.#sent.set(sent.producerId, sent);
		try {
			this.#device ??= await deviceFor(answer.result);
			this.#iceServers = answer.result.iceServers;
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
			turn === this.#turn && !this.receiving.isOpen;
			pauseMs = Math.min(pauseMs * 2, 10_000)
		) {
			try {
				const transport = await this.#open('receive');
				if (turn !== this.#turn) return transport.close();
				this.receiving.open({ device: this.#device!, transport });
			} catch {
				this.trouble = 'away';
				await new Promise((resolve) => setTimeout(resolve, pauseMs));
			}
		}
		if (turn !== this.#turn) return;
		if (this.trouble === 'away') this.trouble = null;
		await Promise.all([...this.#sent.values()].map((sent) => this.receiving.receive(sent)));
	}

	/** Sends again what was switched on, as far as the server still has it on. The rest ends, and of the microphone it is said. */
	async #goOn(switchedOn: Source[], turn: number): Promise<void> {
		for (const source of Object.keys(this.sending) as Source[]) {
			if (turn !== this.#turn) return;
			if (this.#producers.has(source) || this.starting.includes(source)) continue;
			if (switchedOn.includes(source)) {
				await this.#send(source).catch(() => (this.trouble = 'not-sent'));
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
			this.trouble = answer.code === 'stage-missing' ? 'no-worker' : 'away';
			await new Promise((resolve) => setTimeout(resolve, pauseMs));
		}
		return undefined;
	}

	/** Switches a source on: asks the browser for the device unless its track is given, then sends it. */
	async start(source: Source, given?: MediaStreamTrack): Promise<void> {
		if (this.starting.includes(source) || this.sending[source]) return given?.stop();
		this.starting = [...this.starting, source];
		this.wasStopped = false;
		try {
			this.#hold(source, given ?? (await trackOf(source)));
			await this.#send(source);
			this.trouble = null;
		} catch (error) {
			this.trouble = stageTroubleOf(error);
		}
		this.starting = this.starting.filter((one) => one !== source);
	}

	/** Sends from the device that is chosen now in place of the one before. @returns why that could not be had; then nothing is sent */
	async change(source: DeviceSource): Promise<DeviceTrouble | null> {
		const before = this.#held(source);
		if (!before) return null;
		// Phones open one camera at a time: the old one is let go first.
		before.stop();
		try {
			const track = await trackOf(source);
			if (this.#held(source) !== before) track.stop();
			else {
				this.#hold(source, track);
				await this.#producers.get(source)?.replaceTrack({ track });
			}
			return null;
		} catch (error) {
			this.stop(source);
			return troubleOf(error);
		}
	}

	#hold(source: Source, track: MediaStreamTrack): void {
		// Unplugged, or a shared screen ended with the browser's own bar.
		track.addEventListener('ended', () => {
			if (this.#held(source) !== track) return;
			this.stop(source);
			if (source !== 'screen') this.trouble = `unplugged-${source}`;
		});
		this.sending = { ...this.sending, [source]: new MediaStream([track]) };
	}

	#held(source: Source): MediaStreamTrack | undefined {
		return this.sending[source]?.getTracks()[0];
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

	async #send(source: Source): Promise<void> {
		const track = this.#held(source);
		const way = (this.#sendingOn ??= this.#open('send'));
		let transport: types.Transport | undefined;
		try {
			transport = await way;
			// A cut ends the producer, not the device.
			const options = { track, stopTracks: false, appData: { source }, ...sendOptions(source) };
			const producer = await transport.produce(options);
			this.#producers.get(source)?.close();
			this.#producers.set(source, producer);
			const now = this.#held(source);
			// Meanwhile it was switched off, or another device was chosen.
			if (!now) this.stop(source);
			else if (now !== track) await producer.replaceTrack({ track: now });
		} catch (error) {
			// The way was cut: what is switched on goes on by the next one.
			if (this.#isAnother(way)) return;
			if (!transport) this.#sendingOn = undefined;
			this.#end(source);
			throw error;
		}
	}

	#isAnother(way: Promise<types.Transport>): boolean {
		return this.#sendingOn !== way;
	}

	async #open(direction: Direction): Promise<types.Transport> {
		if (!this.#device) throw new Error('not entered');
		const ends = { line: this.#line, device: this.#device, iceServers: this.#iceServers };
		return openWay(ends, direction, () => void this.#again([direction]));
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

	/** Ends the way, not the devices: what is switched on may go on by another one. */
	#dropSending(): void {
		this.#producers.clear();
		void this.#sendingOn?.then((transport) => transport.close()).catch(() => {});
		this.#sendingOn = undefined;
	}

	#leave(): void {
		this.#turn++;
		this.#endAll();
		this.receiving.drop();
		this.#dropSending();
		this.#device = undefined;
	}
}

async function deviceFor({ rtpCapabilities }: EnteredStage): Promise<Device> {
	const device = new Device();
	await device.load({ routerRtpCapabilities: rtpCapabilities as types.RtpCapabilities });
	return device;
}
