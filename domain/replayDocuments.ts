// The board and the map of a meeting as a replay shows them: nothing to change, and no word of whose a card is.
import type { Card, Column } from './board.ts';
import type { Pin } from './pins.ts';
import type { Round } from './rounds.ts';

export type CardThen = Pick<Card, 'text' | 'column' | 'colour' | 'theme' | 'kind'> & {
	source: Card['source']['kind'];
	supports: number;
};
/** A card whose column was gone stood nowhere, as in the hall. */
export type BoardThen = { columns: (Pick<Column, 'id' | 'title'> & { cards: CardThen[] })[] };
export type MapThen = { round: Round; pins: Pin[] };

/** The answer to "how did it stand at that second". `asOf`: the instant of its last change until then, ISO 8601 in UTC. */
export type DocumentThen<Shown> = { isOpen: false } | ({ isOpen: true; asOf: string | null } & Shown);
