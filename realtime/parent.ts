// `npm start` keeps a channel open to the server it started. When that process disappears, however hard, the channel closes.

/** Calls `act` once when the process that started this one is gone; never when nothing such started it. */
export function whenLeftAlone(act: () => void): void {
	if (!process.channel) return;
	process.once('disconnect', act);
	process.channel.unref();
}
