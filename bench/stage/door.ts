// How a light peer asks for its transports: the hall's own commands on Porchlight, the same four on the bare router.
import { randomUUID } from 'node:crypto';
import type { types } from 'mediasoup';
import type { TransportParameters } from '#media/stage.ts';
import { openBenchLine, openPlainLine, type BenchLine } from '../line.ts';

/** Where a stage is; `cookie` says as whom, on Porchlight. */
export type Door =
	{ kind: 'porchlight'; url: string; slug: string; meetingId: string } | { kind: 'bare'; url: string };

export type StageLine = {
	transport(direction: 'send' | 'receive'): Promise<TransportParameters>;
	connect(transportId: string, dtlsParameters: types.DtlsParameters): Promise<unknown>;
	send(transportId: string, rtpParameters: types.RtpParameters): Promise<unknown>;
	/** Receives what is sent. @returns the number of its stream (SSRC) */
	receive(transportId: string): Promise<number>;
	cut(): void;
};

/** Opens a line. @param takesStage as a moderator does who is about to send */
export async function openStageLine(door: Door, cookie: string, takesStage = false): Promise<StageLine> {
	return door.kind === 'bare' ? bareLine(door.url) : hallLine(door, cookie, takesStage);
}

async function hallLine(
	{ url, slug, meetingId }: Extract<Door, { kind: 'porchlight' }>,
	cookie: string,
	takesStage: boolean,
): Promise<StageLine> {
	const line = await openBenchLine(url, cookie, () => {});
	const ask = async <T>(name: string, input: object): Promise<T> => {
		const answer = await line.send(name, { meetingId, ...input }, randomUUID());
		const { ok, result, code } = answer as { ok: boolean; result: T; code?: string };
		if (!ok) throw new Error(`${name} was refused: ${code}`);
		return result;
	};
	const joined = await line.send('hall:join', { slug, seen: {} }, randomUUID());
	if (!(joined as { ok: boolean }).ok) throw new Error('The hall could not be joined.');
	if (takesStage) await ask('stage:take', {});
	return {
		transport: (direction) => ask('stage:transport', { direction }),
		connect: (transportId, dtlsParameters) => ask('stage:connect', { transportId, dtlsParameters }),
		send: (transportId, rtpParameters) => ask('stage:send', { transportId, source: 'screen', rtpParameters }),
		receive: async (transportId) => {
			const { rtpCapabilities, sent } = await ask<Entered>('stage:enter', {});
			const { producerId } = sent.find(({ source }) => source === 'screen')!;
			const receive = { transportId, producerId, rtpCapabilities };
			const { id: consumerId, rtpParameters } = await ask<Consuming>('stage:receive', receive);
			await ask('stage:want', { consumerId, want: 'all' });
			return ssrcOf(rtpParameters);
		},
		cut: line.cut,
	};
}

type Entered = { rtpCapabilities: object; sent: { producerId: string; source: string }[] };
type Consuming = { id: string; rtpParameters: types.RtpParameters };

async function bareLine(url: string): Promise<StageLine> {
	const line: BenchLine = await openPlainLine(url, () => {});
	const ask = async <T>(name: string, input: object): Promise<T> => {
		const answer = (await line.send(name, input)) as { result?: T; error?: string };
		if (answer.error) throw new Error(`${name} failed on the bare router: ${answer.error}`);
		return answer.result as T;
	};
	return {
		transport: () => ask('transport', {}),
		connect: (transportId, dtlsParameters) => ask('connect', { transportId, dtlsParameters }),
		send: (transportId, rtpParameters) => ask('send', { transportId, rtpParameters }),
		receive: async (transportId) => ssrcOf((await ask<Consuming>('receive', { transportId })).rtpParameters),
		cut: line.cut,
	};
}

const ssrcOf = ({ encodings }: types.RtpParameters) => encodings![0]!.ssrc!;
