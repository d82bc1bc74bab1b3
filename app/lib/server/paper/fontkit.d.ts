// What is used of fontkit, which brings no types.
declare module 'fontkit' {
	export type Glyph = {
		id: number;
		advanceWidth: number;
		path: {
			commands: {
				command: 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'bezierCurveTo' | 'closePath';
				args: number[];
			}[];
		};
	};
	export type GlyphRun = {
		glyphs: Glyph[];
		positions: { xAdvance: number; xOffset: number; yOffset: number }[];
		advanceWidth: number;
	};
	export type Font = {
		unitsPerEm: number;
		capHeight: number;
		hasGlyphForCodePoint(codePoint: number): boolean;
		layout(text: string): GlyphRun;
	};
	export function create(file: Uint8Array): Font;
}
