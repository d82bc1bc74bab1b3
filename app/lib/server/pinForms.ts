// The forms of a map: what a pin is placed and changed with, read from what a browser has sent.
import { randomUUID } from 'node:crypto';
import { baseMapOf } from '#domain/baseMap.ts';
import { proxyChannels } from '#domain/channels.ts';
import { Refusal } from '#domain/errors.ts';
import { readCoordinates, type Place } from '#domain/places.ts';
import type { placePinInput } from '#domain/pins.ts';
import { findPlace } from '#lib/map/addresses.ts';
import { shared } from './database.ts';
import type * as v from 'valibot';

const text = (form: FormData, name: string) => {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
};

/**
 * Where a form says that something is: coordinates that the map has filled in, or an address or coordinates that a person has typed.
 * @throws Refusal place-unknown
 */
export function readPlace(form: FormData): Place {
	const [lat, lng] = [text(form, 'lat'), text(form, 'lng')];
	if (lat && lng) return { lat: Number(lat), lng: Number(lng) };
	const typed = text(form, 'where').trim();
	const place = readCoordinates(typed) ?? findPlace(typed, baseMapOf(shared().config))[0]?.at;
	if (!place) throw new Refusal('place-unknown', 'where');
	return place;
}

/** A pin as a form says it. @throws Refusal place-unknown */
export function readPin(form: FormData, roundId: string): v.InferInput<typeof placePinInput> {
	return {
		roundId,
		// A browser without script makes no id: sent twice it is two pins, which the page after sending keeps people from.
		id: text(form, 'id') || randomUUID(),
		category: text(form, 'category'),
		at: readPlace(form),
		note: text(form, 'note'),
		answers: form.getAll('answer').filter((answer) => typeof answer === 'string'),
		tellMe: form.get('tellMe') === 'on',
		channel: proxyChannels.find((channel) => channel === form.get('channel')),
	};
}
