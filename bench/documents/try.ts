import { makePlace } from '../place.ts';
import { measurePropagation, crowd } from './propagation.ts';
import { sides, type SideName } from './sides.ts';
import { boardWork, mapWork } from './work.ts';
const words = process.argv.slice(2);
const place = await makePlace();
try {
	for (const kind of words[0]!.split(','))
		for (const side of (words[1]?.split(',') ?? sides) as SideName[]) {
			const work =
				kind === 'board' ? await boardWork(place, crowd.writers) : await mapWork(place, crowd.writers, 5000);
			const r = await measurePropagation(side, place, work);
			const q = (h: any) => [0.5, 0.95, 0.99].map((s) => h.quantile(s));
			console.log(
				kind,
				side,
				'writers',
				q(r.toWriters),
				'watchers',
				q(r.toWatchers),
				'core',
				r.core.toFixed(3),
				'kB',
				(r.bytesPerLine / 1024).toFixed(1),
				'lost',
				r.lost,
				r.ended,
				r.isEqual,
			);
		}
} finally {
	await place.close();
}
