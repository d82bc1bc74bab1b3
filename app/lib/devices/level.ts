// How loud a microphone is, for a meter that moves.

/** Loudness from silence (0) to as loud as it goes (1), on the ear's scale: speech is about the middle. */
export function loudness(samples: Float32Array): number {
	const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
	const decibels = 10 * Math.log10(power + 1e-10);
	return Math.min(1, Math.max(0, (decibels + 60) / 55));
}

/** Tells the loudness ten times a second. @returns stops it */
export function listenTo(track: MediaStreamTrack, tell: (loudness: number) => void): () => void {
	const context = new AudioContext();
	const analyser = new AnalyserNode(context, { fftSize: 1024 });
	context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
	void context.resume().catch(() => {});
	const samples = new Float32Array(analyser.fftSize);
	const timer = setInterval(() => {
		analyser.getFloatTimeDomainData(samples);
		tell(loudness(samples));
	}, 100);
	return () => {
		clearInterval(timer);
		void context.close().catch(() => {});
	};
}
