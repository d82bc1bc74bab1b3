// How long the server takes for a page of follow-ups, from the request to the last byte, one after the other.
import { makeHistogram, type Histogram } from '../histogram.ts';

export const requests = 40;
const warming = 5;

export type Answered = { times: Histogram; bytes: number };

export async function answering(address: string, cookie = ''): Promise<Answered> {
	const times = makeHistogram();
	let bytes = 0;
	for (let n = -warming; n < requests; n++) {
		const began = performance.now();
		const answer = await fetch(address, { headers: { cookie } });
		bytes = (await answer.arrayBuffer()).byteLength;
		if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
		if (n >= 0) times.add(performance.now() - began);
	}
	return { times, bytes };
}
