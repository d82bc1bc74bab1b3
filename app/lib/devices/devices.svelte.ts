// Trying one's camera and microphone before anything is sent: which there are, the own picture, the level, and what is wrong.
import {
	rememberChoice,
	rememberedChoice,
	trackOf,
	troubleOf,
	type DeviceSource,
	type DeviceTrouble,
	type Facing,
} from './choice.ts';

export type ListedDevice = { id: string; label: string };

/** Whoever sends already: what is chosen is changed there. */
export type OnAir = {
	readonly sending: Partial<Record<DeviceSource, MediaStream>>;
	change(source: DeviceSource): Promise<DeviceTrouble | null>;
};

export class Devices {
	cameras = $state.raw<ListedDevice[]>([]);
	microphones = $state.raw<ListedDevice[]>([]);
	choice = $state.raw(rememberedChoice());
	troubles = $state.raw<Partial<Record<DeviceSource, DeviceTrouble>>>({});
	/** Devices that the browser is being asked for. */
	asking = $state.raw<DeviceSource[]>([]);
	#tried = $state.raw<Partial<Record<DeviceSource, MediaStreamTrack>>>({});
	readonly #onAir: OnAir | undefined;
	/** Counts the requests of a source: an answer that comes after the next request is dropped. */
	readonly #turn = { camera: 0, microphone: 0 };

	constructor(onAir?: OnAir) {
		this.#onAir = onAir;
	}

	/** What is seen or heard of a source: what is sent, else what is being tried. */
	trackOf(source: DeviceSource): MediaStreamTrack | undefined {
		return this.#onAir?.sending[source]?.getTracks()[0] ?? this.#tried[source];
	}

	/** Whether this camera says where it looks to, as phones' do: then front and back are the choice, not names. */
	get facing(): Facing | null {
		const facing = this.trackOf('camera')?.getSettings().facingMode;
		return this.cameras.length > 1 && (facing === 'user' || facing === 'environment') ? facing : null;
	}

	/** Asks for the devices and follows what is plugged in. @returns stops it, and what was tried and not taken */
	open(sources: readonly DeviceSource[]): () => void {
		const { mediaDevices } = navigator;
		const list = () => void this.#list();
		mediaDevices?.addEventListener('devicechange', list);
		// One after the other: browsers ask the person for one permission at a time.
		void sources
			.reduce((before, source) => before.then(() => this.try(source)), Promise.resolve())
			.then(list);
		return () => {
			mediaDevices?.removeEventListener('devicechange', list);
			this.#turn.camera++;
			this.#turn.microphone++;
			for (const track of Object.values(this.#tried)) track.stop();
			this.#tried = {};
		};
	}

	/** Asks the browser for the chosen device, again if need be. */
	async try(source: DeviceSource): Promise<void> {
		const turn = ++this.#turn[source];
		this.asking = [...this.asking, source];
		this.troubles = { ...this.troubles, [source]: undefined };
		const trouble = this.#onAir?.sending[source]
			? await this.#onAir.change(source)
			: await this.#tryAlone(source, turn);
		this.asking = this.asking.filter((one) => one !== source);
		if (turn !== this.#turn[source]) return;
		if (trouble) this.troubles = { ...this.troubles, [source]: trouble };
		await this.#list();
	}

	async #tryAlone(source: DeviceSource, turn: number): Promise<DeviceTrouble | null> {
		// Phones open one camera at a time.
		this.#drop(source);
		try {
			const track = await trackOf(source, this.choice);
			if (turn !== this.#turn[source]) track.stop();
			else {
				track.addEventListener('ended', () => this.#lose(source, track));
				this.#tried = { ...this.#tried, [source]: track };
			}
			return null;
		} catch (error) {
			return troubleOf(error);
		}
	}

	async choose(source: DeviceSource, id: string): Promise<void> {
		this.choice = { ...this.choice, [source]: id };
		rememberChoice(this.choice);
		await this.try(source);
	}

	async face(facing: Facing): Promise<void> {
		this.choice = { ...this.choice, camera: null, facing };
		rememberChoice(this.choice);
		await this.try('camera');
	}

	/** Hands over what was tried: from now on somebody else ends it. */
	take(): Partial<Record<DeviceSource, MediaStreamTrack>> {
		const taken = this.#tried;
		this.#tried = {};
		return taken;
	}

	#lose(source: DeviceSource, track: MediaStreamTrack): void {
		if (this.#tried[source] !== track) return;
		this.#drop(source);
		this.troubles = { ...this.troubles, [source]: 'missing' };
	}

	#drop(source: DeviceSource): void {
		const { [source]: track, ...others } = this.#tried;
		track?.stop();
		this.#tried = others;
	}

	async #list(): Promise<void> {
		const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
		const of = (kind: MediaDeviceKind) =>
			all
				.filter((one) => one.kind === kind && one.deviceId !== '')
				.map(({ deviceId, label }) => ({ id: deviceId, label }));
		this.cameras = of('videoinput');
		this.microphones = of('audioinput');
	}
}
