// Words for how something has come in, and for somebody who has given no name.
import type { Channel, ProxyChannel } from '#domain/channels.ts';
import { m } from '#lib/paraglide/messages.js';

/** A small word beside what did not come in by a browser. */
export const channelWords: Record<Exclude<Channel, 'online'>, () => string> = {
	room: m.channel_room,
	phone: m.channel_phone,
	paper: m.channel_paper,
};

/** What was counted by hand beside the votes of browsers. */
export const byHandWords: Record<ProxyChannel, (counted: { count: number }) => string> = {
	room: m.room_votes,
	phone: m.room_votes_phone,
	paper: m.room_votes_paper,
};

/** Whoever stands at the microphone in the room need not give a name. */
export const speakerName = (one: { name: string }): string => one.name || m.room_somebody();
