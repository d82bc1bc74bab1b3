// Large speaker or equal tiles: each browser's own choice, remembered in it.
import { recalled, remember } from '#lib/memory.ts';

const layouts = ['speaker', 'grid'] as const;
export type Layout = (typeof layouts)[number];

const memory = 'stage-layout';

export const rememberedLayout = (): Layout => recalled(memory, layouts);
export const rememberLayout = (layout: Layout): void => remember(memory, layout);
