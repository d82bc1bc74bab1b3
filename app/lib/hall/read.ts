// Reading the hall anew. @throws when the server cannot be reached or refuses
import type { Hall } from '#domain/hall.ts';

export async function readAnew(slug: string): Promise<Hall> {
	const answer = await fetch(`/meetings/${slug}/hall.json`);
	if (!answer.ok) throw new Error(`hall.json answered ${answer.status}`);
	return (await answer.json()) as Hall;
}
