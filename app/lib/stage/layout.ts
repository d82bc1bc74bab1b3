// Large speaker or equal tiles: each browser's own choice, remembered in it.

export type Layout = 'speaker' | 'grid';

const memory = 'stage-layout';

export function rememberedLayout(): Layout {
	try {
		return localStorage.getItem(memory) === 'grid' ? 'grid' : 'speaker';
	} catch {
		return 'speaker';
	}
}

export function rememberLayout(layout: Layout): void {
	try {
		localStorage.setItem(memory, layout);
	} catch {
		// A browser may refuse to remember: then it holds until the page is left.
	}
}
