// A QR code as one SVG path on a grid: drawn by the page itself, so that no picture and no style has to be allowed.
import { encode } from 'uqr';

export type QrPath = { size: number; path: string };

/** The dark squares of the code of a text, with the quiet border that scanners need. */
export function qrPath(text: string): QrPath {
	const { data, size } = encode(text, { border: 4 });
	const squares = data.flatMap((row, y) =>
		row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
	);
	return { size, path: squares.join('') };
}
