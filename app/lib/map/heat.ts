// Where many pins are: a layer of warmth on a canvas, drawn anew when the map rests.
import L from 'leaflet';
import type { Pin } from '#domain/pins.ts';

const radius = 28;

/** @param pinsOf what is shown at the moment */
export function heatLayer(pinsOf: () => readonly Pin[]): L.Layer & { redraw(): void } {
	const Heat = L.Layer.extend({
		onAdd(this: HeatLayer, map: L.Map) {
			this.map = map;
			this.canvas = L.DomUtil.create('canvas', 'leaflet-zoom-hide text-danger') as HTMLCanvasElement;
			this.canvas.setAttribute('aria-hidden', 'true');
			map.getPanes().overlayPane.append(this.canvas);
			map.on('moveend resize', this.redraw, this);
			this.redraw();
			return this;
		},
		onRemove(this: HeatLayer, map: L.Map) {
			this.canvas.remove();
			map.off('moveend resize', this.redraw, this);
			return this;
		},
		redraw(this: HeatLayer) {
			const { map, canvas } = this;
			const size = map.getSize();
			L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
			canvas.width = size.x;
			canvas.height = size.y;
			const pen = canvas.getContext('2d');
			// A token says light-dark(…), which a canvas does not know: the canvas's own colour is what came of it.
			if (pen) paint(pen, map, pinsOf(), getComputedStyle(canvas).color);
		},
	});
	return new (Heat as unknown as new () => HeatLayer)();
}

type HeatLayer = L.Layer & { map: L.Map; canvas: HTMLCanvasElement; redraw(): void };

function paint(pen: CanvasRenderingContext2D, map: L.Map, pins: readonly Pin[], colour: string): void {
	const { x: width, y: height } = map.getSize();
	// One spot is drawn once and stamped: thousands of gradients would be slow.
	const stamp = document.createElement('canvas');
	stamp.width = stamp.height = radius * 2;
	const brush = stamp.getContext('2d')!;
	const glow = brush.createRadialGradient(radius, radius, 0, radius, radius, radius);
	glow.addColorStop(0, colour);
	glow.addColorStop(1, 'transparent');
	brush.fillStyle = glow;
	brush.fillRect(0, 0, radius * 2, radius * 2);
	const points = pins
		.map(({ lat, lng }) => map.latLngToContainerPoint([lat, lng]))
		.filter(({ x, y }) => x > -radius && y > -radius && x < width + radius && y < height + radius);
	// The more there are, the less each one weighs, so that the densest places stand out at every zoom.
	pen.globalAlpha = Math.min(0.5, Math.max(0.06, 6 / Math.sqrt(points.length + 1) / 10));
	for (const { x, y } of points) pen.drawImage(stamp, x - radius, y - radius);
}
