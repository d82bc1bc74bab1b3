// Where a replay stands: led by the film while there is one, by a plain clock where there is none.
import type { ReplayFilm } from '#domain/replay.ts';

/** Addresses have whole seconds: the first moment of a film may seem to lie a little before it. */
const before = 1;
const tickMs = 250;
/** Seconds that are no difference. */
const nearly = 0.05;

export class Player {
	/** Seconds since the meeting went live. */
	at = $state(0);
	isPlaying = $state(false);
	readonly seconds: number;
	/** Films that can be played; one that turns out to be broken is none. */
	#films = $state.raw<ReplayFilm[]>([]);
	#video: HTMLVideoElement | null = null;
	film = $derived(
		this.#films.find(({ at, seconds }) => this.at > at - before && this.at < at + seconds) ?? null,
	);
	hasBroken = $state(false);

	constructor(at: number, seconds: number, films: ReplayFilm[]) {
		this.at = at;
		this.seconds = seconds;
		this.#films = films;
	}

	/** Goes to a moment; what plays goes on playing. */
	go(to: number): void {
		const film = this.film?.id;
		this.at = Math.min(this.seconds, Math.max(0, to));
		// Another film goes there by itself when it is ready.
		if (this.#video && this.film?.id === film) this.#lead(this.#video);
	}

	play(): void {
		if (this.at >= this.seconds) this.go(0);
		this.isPlaying = true;
		if (this.#video && this.film) void this.#video.play().catch(() => (this.isPlaying = false));
	}

	pause(): void {
		this.isPlaying = false;
		this.#video?.pause();
	}

	/** A film is on the page. @returns takes it away again */
	attach(video: HTMLVideoElement, film: ReplayFilm): () => void {
		this.#video = video;
		const ready = () => {
			this.#lead(video);
			if (this.isPlaying) void video.play().catch(() => (this.isPlaying = false));
		};
		const listeners: Record<string, () => void> = {
			loadedmetadata: ready,
			timeupdate: () => {
				if (video.seeking || this.film?.id !== film.id) return;
				const at = film.at + video.currentTime;
				// Where it was sent to, it may say a little less: that would be before the chapter that begins there.
				if (Math.abs(at - this.at) > nearly) this.at = at;
			},
			play: () => (this.isPlaying = true),
			pause: () => {
				if (!video.ended && this.#video === video) this.isPlaying = false;
			},
			// What comes after it is told by the clock.
			ended: () => (this.at = Math.min(this.seconds, film.at + film.seconds)),
		};
		for (const [name, listen] of Object.entries(listeners)) video.addEventListener(name, listen);
		if (video.readyState >= HTMLMediaElement.HAVE_METADATA) ready();
		return () => {
			if (this.#video === video) this.#video = null;
			for (const [name, listen] of Object.entries(listeners)) video.removeEventListener(name, listen);
		};
	}

	/** A film cannot be played: the clock leads instead. */
	broken(id: string): void {
		this.hasBroken = true;
		this.#films = this.#films.filter((film) => film.id !== id);
	}

	/** Lets time pass while no film does. @returns stops it */
	tick(): () => void {
		let last = performance.now();
		const ticking = setInterval(() => {
			const now = performance.now();
			this.at = Math.min(this.seconds, this.at + (now - last) / 1_000);
			last = now;
			if (this.at >= this.seconds) this.isPlaying = false;
		}, tickMs);
		return () => clearInterval(ticking);
	}

	#lead(video: HTMLVideoElement): void {
		if (this.film) video.currentTime = Math.max(0, this.at - this.film.at);
	}
}
