// The map as leaflet draws it: pins and clusters that are in sight, kept where they stay the same; boundary, activities, cursors.
import L from 'leaflet';
import type { Activity } from '#domain/activities.ts';
import type { Place } from '#domain/places.ts';
import type { Pin } from '#domain/pins.ts';
import type { Round } from '#domain/rounds.ts';
import { clusterPins, type Cluster, type Clusters, type Single } from './clusters.ts';
import { activityIcon, clusterIcon, cursorIcon, pinIcon, placeIcon } from './icons.ts';
import type { Cursor } from './round.svelte.ts';

/** What the map asks for and tells. */
export type MapActs = {
	onselect(id: string): void;
	onplace(at: Place): void;
	onmove(id: string, at: Place): void;
	mayMove(id: string): boolean;
	nameOf(drawn: Single | Cluster): string;
	nameOfActivity(activity: Activity): string;
	onactivity(id: string): void;
};
type Drawn = { marker: L.Marker; look: string };

const placeOf = ({ lat, lng }: L.LatLng): Place => ({ lat, lng });

export function draw(map: L.Map, round: Round, acts: MapActs) {
	const drawn = new Map<string, Drawn>();
	const pinLayer = L.layerGroup().addTo(map);
	const activityLayer = L.layerGroup().addTo(map);
	const cursorLayer = L.layerGroup().addTo(map);
	let clusters: Clusters = clusterPins([]);
	let selected: string | null = null;
	/** The pin in somebody's hand, from when it is taken hold of: it is not drawn anew meanwhile. */
	let held: string | null = null;
	let isDragged = false;
	let placing: L.Marker | null = null;

	if (round.boundary) drawBoundary(map, round.boundary.coordinates);
	map.on('moveend', show);

	function show(): void {
		const { _southWest, _northEast } = map.getBounds().pad(0.2) as unknown as Record<string, L.LatLng>;
		const box = [_southWest!.lng, _southWest!.lat, _northEast!.lng, _northEast!.lat] as const;
		const wanted = new Map(clusters.within([...box], map.getZoom()).map((one) => [one.id, one]));
		for (const [id, { marker }] of drawn)
			if (!wanted.has(id) && id !== held) {
				marker.remove();
				drawn.delete(id);
			}
		for (const one of wanted.values()) if (one.id !== held) put(one);
	}

	function put(one: Single | Cluster): void {
		const name = acts.nameOf(one);
		const look = `${name} ${one.kind === 'pin' ? `${one.pin.state} ${one.pin.category} ${one.id === selected} ${acts.mayMove(one.id)}` : ''}`;
		const before = drawn.get(one.id);
		if (before && before.look === look) return void before.marker.setLatLng(one);
		// Drawn anew: the focus must not be lost with the old one.
		const hadFocus = before?.marker.getElement() === document.activeElement;
		before?.marker.remove();
		const marker = one.kind === 'pin' ? pinMarker(one) : clusterMarker(one);
		pinLayer.addLayer(marker);
		marker.getElement()?.setAttribute('aria-label', name);
		if (one.kind === 'pin') {
			marker.getElement()?.setAttribute('data-map-pin', one.id);
			marker.getElement()?.addEventListener('pointerdown', () => hold(one.id));
		}
		if (hadFocus) marker.getElement()?.focus();
		drawn.set(one.id, { marker, look });
	}

	function hold(id: string): void {
		held = id;
		// A press that becomes no drag is over after its click.
		const press = new AbortController();
		const letGo = () => {
			press.abort();
			setTimeout(() => {
				if (isDragged || held !== id) return;
				held = null;
				show();
			});
		};
		for (const end of ['pointerup', 'pointercancel']) addEventListener(end, letGo, press);
	}

	function pinMarker({ id, pin, lat, lng }: Single): L.Marker {
		const marker = L.marker([lat, lng], {
			icon: pinIcon(round, pin, id === selected),
			draggable: acts.mayMove(id),
			zIndexOffset: id === selected ? 1_000 : 0,
		});
		whenPressed(marker, () => acts.onselect(id));
		marker.on('dragstart', () => ((held = id), (isDragged = true)));
		marker.on('dragend', () => {
			held = null;
			isDragged = false;
			acts.onmove(id, placeOf(marker.getLatLng()));
			show();
		});
		return marker;
	}

	function clusterMarker(cluster: Cluster): L.Marker {
		const marker = L.marker([cluster.lat, cluster.lng], { icon: clusterIcon(round, cluster) });
		whenPressed(marker, () => map.setView([cluster.lat, cluster.lng], clusters.zoomOf(cluster.clusterId)));
		return marker;
	}

	return {
		pins(pins: readonly Pin[]): void {
			clusters = clusterPins(pins);
			show();
		},
		/** Rings a pin, and brings it into sight. */
		select(pin: Pin | null): void {
			selected = pin?.id ?? null;
			if (pin && !drawn.has(pin.id)) map.setView([pin.lat, pin.lng], Math.max(map.getZoom(), 18));
			else if (pin && !map.getBounds().contains(pin)) map.panTo(pin);
			show();
		},
		place(at: Place | null): void {
			placing?.remove();
			placing =
				at && L.marker(at, { icon: placeIcon(), draggable: true, keyboard: false, zIndexOffset: 2_000 });
			if (!placing) return;
			placing.on('dragend', () => placing && acts.onplace(placeOf(placing.getLatLng())));
			placing.addTo(map);
			if (!map.getBounds().contains(placing.getLatLng())) map.panTo(placing.getLatLng());
		},
		activities(list: readonly Activity[]): void {
			activityLayer.clearLayers();
			for (const activity of list) {
				if (activity.stretch)
					activityLayer.addLayer(
						L.polyline(activity.stretch, { className: 'map-stretch', interactive: false }),
					);
				const marker = L.marker(activity.at, { icon: activityIcon(), zIndexOffset: -500 });
				whenPressed(marker, () => acts.onactivity(activity.id));
				activityLayer.addLayer(marker);
				marker.getElement()?.setAttribute('aria-label', acts.nameOfActivity(activity));
			}
		},
		cursors(list: readonly Cursor[]): void {
			cursorLayer.clearLayers();
			for (const { at, name, isPresenter } of list) {
				const options = {
					icon: cursorIcon(isPresenter),
					interactive: false,
					keyboard: false,
					zIndexOffset: 3_000,
				};
				const marker = L.marker(at, options);
				cursorLayer.addLayer(marker);
				marker.getElement()!.querySelector('.map-name')!.textContent = name;
			}
		},
		showPins(isOn: boolean): void {
			// A marker that comes back is a new element, without its name: all are drawn anew.
			pinLayer.clearLayers();
			drawn.clear();
			if (!isOn) return void pinLayer.remove();
			pinLayer.addTo(map);
			show();
		},
	};
}

/** Leaflet says that a marker is a button, but lets it be pressed by pointers alone: Enter and the space bar press it, too. */
function whenPressed(marker: L.Marker, act: () => void): void {
	marker.on('click', act);
	marker.on('keydown', ({ originalEvent }: L.LeafletKeyboardEvent) => {
		if (originalEvent.key !== 'Enter' && originalEvent.key !== ' ') return;
		originalEvent.preventDefault();
		act();
	});
}

/** The line around the round's area; what lies beyond is dimmed. */
function drawBoundary(map: L.Map, rings: [number, number][][]): void {
	const turned = rings.map((ring) => ring.map(([lng, lat]): [number, number] => [lat, lng]));
	const world: [number, number][] = [
		[-85, -360],
		[-85, 360],
		[85, 360],
		[85, -360],
	];
	L.polygon([world, turned[0]!], { className: 'map-outside', interactive: false }).addTo(map);
	L.polygon(turned, { className: 'map-boundary', interactive: false, fill: false }).addTo(map);
}
