// How a question, a hand or a support has come in.
export const channels = ['online', 'room', 'phone', 'paper'] as const;
export type Channel = (typeof channels)[number];

/** Channels of what staff enter for others. */
export const proxyChannels = ['room', 'phone', 'paper'] as const satisfies Channel[];
export type ProxyChannel = (typeof proxyChannels)[number];
