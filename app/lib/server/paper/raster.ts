// Shapes become dots. Pictures of strangers are the reason that this machine reads no SVG (db/pictures.ts), so ours are not made of
// SVG either. Coverage is summed up along each row, as in font-rs: exact areas, and shapes side by side leave no seam.

export type Point = { x: number; y: number };
type Rgb = readonly [number, number, number];

/** @param ground `#rrggbb` */
export function canvasOf(width: number, height: number, ground: string) {
	const [red, green, blue] = rgbOf(ground);
	const pixels = new Uint8Array(width * height * 3);
	for (let i = 0; i < pixels.length; i += 3) pixels.set([red, green, blue], i);
	// Two more for what ends at the right edge.
	const stride = width + 2;
	const sums = new Float32Array(stride * height);

	return {
		pixels,
		/** Fills closed outlines, whichever way they turn; what lies within two that turn the other way is a hole. */
		fill(outlines: readonly (readonly Point[])[], colour: string): void {
			let [first, last] = [height, 0];
			for (const outline of outlines)
				for (const [i, from] of outline.entries()) {
					first = Math.min(first, Math.max(0, Math.floor(from.y)));
					last = Math.max(last, Math.min(height, Math.ceil(from.y)));
					addEdge(from, outline[(i + 1) % outline.length]!);
				}
			const rgb = rgbOf(colour);
			for (let row = first; row < last; row++) blend(row, rgb);
			sums.fill(0, first * stride, last * stride);
		},
	};

	function blend(row: number, rgb: Rgb): void {
		let sum = 0;
		for (let x = 0; x < width; x++) {
			sum += sums[row * stride + x]!;
			const share = Math.min(1, Math.abs(sum));
			if (share < 0.002) continue;
			const at = (row * width + x) * 3;
			for (let c = 0; c < 3; c++)
				pixels[at + c] = Math.round(pixels[at + c]! * (1 - share) + rgb[c]! * share);
		}
	}

	/** Adds to each dot of the rows that an edge crosses how much more of it lies to the right of the edge. */
	function addEdge(a: Point, b: Point): void {
		if (a.y === b.y) return;
		const [turn, top, bottom] = a.y < b.y ? [1, a, b] : [-1, b, a];
		const slope = (bottom.x - top.x) / (bottom.y - top.y);
		const firstRow = Math.max(0, Math.floor(top.y));
		let x = top.x + (Math.max(top.y, 0) - top.y) * slope;
		for (let row = firstRow; row < Math.min(height, Math.ceil(bottom.y)); row++) {
			const tall = Math.min(row + 1, bottom.y) - Math.max(row, top.y);
			const next = x + slope * tall;
			addSlice(row * stride, Math.min(x, next), Math.max(x, next), tall * turn);
			x = next;
		}
	}

	/** The part of an edge within one row, from `left` to `right`. */
	function addSlice(row: number, left: number, right: number, tall: number): void {
		const from = Math.max(0, Math.min(left, width));
		const to = Math.max(from, Math.min(right, width));
		const [start, end] = [Math.floor(from), Math.ceil(to)];
		if (end <= start + 1) {
			const share = (from + to) / 2 - start;
			sums[row + start]! += tall * (1 - share);
			sums[row + start + 1]! += tall * share;
			return;
		}
		const each = 1 / (to - from);
		// What lies right of the edge, dot by dot; each dot gets what it has more than the one before.
		let before = 0;
		for (let x = start; x < end; x++) {
			const [enters, leaves] = [Math.max(x, from), Math.min(x + 1, to)];
			const [atEntry, atExit] = [(enters - from) * each, (leaves - from) * each];
			const area = ((atEntry + atExit) / 2) * (leaves - enters) + (x + 1 - leaves) * atExit;
			sums[row + x]! += tall * (area - before);
			before = area;
		}
		sums[row + end]! += tall * (1 - before);
	}
}

function rgbOf(colour: string): Rgb {
	const value = Number.parseInt(colour.slice(1), 16);
	return [value >> 16, (value >> 8) & 255, value & 255];
}
