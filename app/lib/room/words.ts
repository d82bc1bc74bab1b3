// Words for how something has come in, and for somebody who has given no name.
import type { Channel } from '#domain/channels.ts';
import { m } from '#lib/paraglide/messages.js';

/** A small word beside what did not come in by a browser. */
export const channelWords: Record<Exclude<Channel, 'online'>, () => string> = {
	room: m.channel_room,
	phone: m.channel_phone,
	paper: m.channel_paper,
};

/** Whoever stands at the microphone in the room need not give a name. */
export const speakerName = (one: { name: string }): string => one.name || m.room_somebody();
