// What leaflet puts on the map, as markup of our own constants: nothing that a person wrote gets in here.
import L from 'leaflet';
import type { Pin } from '#domain/pins.ts';
import { categoryOf, type Round } from '#domain/rounds.ts';
import { sharesOf, type Cluster } from './clusters.ts';
import { strokeClasses, symbolParts } from './symbols.ts';

const className = 'map-icon';
/** Large enough for a finger; the drawing in it is smaller. */
const touch = 44;
const known = new Map<string, L.DivIcon>();

function icon(key: string, size: number, html: () => string): L.DivIcon {
	let found = known.get(key);
	if (!found) {
		const box: [number, number] = [Math.max(size, touch), Math.max(size, touch)];
		known.set(key, (found = L.divIcon({ className, iconSize: box, html: html() })));
	}
	return found;
}

/** A pin: shape and colour of its kind, a badge for its state, a ring around the one that is looked at. */
export function pinIcon(round: Round, pin: Pin, isSelected: boolean): L.DivIcon {
	const look = categoryOf(round, pin.category) ?? { colour: 'ink', shape: 'circle' };
	const key = `pin ${look.colour} ${look.shape} ${pin.state} ${isSelected}`;
	return icon(key, 28, () => {
		const ring = isSelected
			? '<circle cx="14" cy="14" r="18" class="fill-none stroke-ink" stroke-width="3"/>'
			: '';
		return `<svg viewBox="-8 -8 44 44" width="44" height="44" aria-hidden="true">${ring}${symbolParts(look as Parameters<typeof symbolParts>[0], pin.state)}</svg>`;
	});
}

const circumference = 2 * Math.PI * 18;

/** Several pins: their number in a ring of their kinds. */
export function clusterIcon(round: Round, { count, mix }: Cluster): L.DivIcon {
	const size = count < 10 ? 44 : count < 100 ? 50 : count < 1_000 ? 58 : 66;
	const arcs = sharesOf(mix).map(({ category, from, to }) => {
		const colour = categoryOf(round, category)?.colour ?? 'ink';
		const length = (to - from) * circumference;
		return `<circle cx="24" cy="24" r="18" class="fill-none ${strokeClasses[colour]}" stroke-width="8" stroke-dasharray="${length.toFixed(2)} ${(circumference - length).toFixed(2)}" stroke-dashoffset="${(-from * circumference).toFixed(2)}" transform="rotate(-90 24 24)"/>`;
	});
	const html = `<svg viewBox="0 0 48 48" width="${size}" height="${size}" aria-hidden="true"><circle cx="24" cy="24" r="23" class="fill-surface"/>${arcs.join('')}<text x="24" y="24" dy="0.36em" text-anchor="middle" class="fill-ink text-xs font-semibold">${count}</text></svg>`;
	return L.divIcon({ className, iconSize: [size, size], html });
}

/** Where a new pin is going to be. */
export const placeIcon = (): L.DivIcon =>
	icon(
		'place',
		44,
		() =>
			'<svg viewBox="-22 -22 44 44" width="44" height="44" aria-hidden="true"><circle r="14" class="fill-none stroke-ink" stroke-width="3"/><path d="M0-20v12M0 8v12M-20 0h12M8 0h12" class="stroke-ink" stroke-width="3"/></svg>',
	);

/** Something that the city did: a filled flag, of no kind of pin. */
export const activityIcon = (): L.DivIcon =>
	icon(
		'activity',
		30,
		() =>
			'<svg viewBox="-8 -8 44 44" width="44" height="44" aria-hidden="true"><rect x="0" y="0" width="28" height="28" rx="6" class="fill-good stroke-surface" stroke-width="2"/><path d="M8 23V5h12l-3 4 3 4H10" class="fill-none stroke-surface" stroke-width="2.6" stroke-linejoin="round" stroke-linecap="round"/></svg>',
	);

/** Where another editor is; the presenter's is larger. The name is added by whoever shows it. */
export const cursorIcon = (isPresenter: boolean): L.DivIcon =>
	icon(`cursor ${isPresenter}`, 32, () => {
		const size = isPresenter ? 44 : 28;
		return `<svg viewBox="0 0 24 24" width="${size}" height="${size}" aria-hidden="true"><path d="m3 2 17 8-7.5 2.5L9 20Z" class="${isPresenter ? 'fill-amber' : 'fill-civic'} stroke-surface" stroke-width="1.6"/></svg><span class="map-name"></span>`;
	});
