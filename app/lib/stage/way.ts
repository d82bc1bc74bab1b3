// One direction of a browser's way to the stage: made with the server, and watched.
import type { Device, types } from 'mediasoup-client';
import type { IceServer } from '#domain/events.ts';
import type { Source } from '#domain/stage.ts';
import type { SentParameters } from '#domain/stageParameters.ts';
import type { HallLine } from '#lib/hall/connection.svelte.ts';

export type Direction = 'send' | 'receive';

/** @param onfailed told when it is broken for good under a line that stands (another network) @throws when the server refuses */
export async function openWay(
	{ line, device, iceServers }: { line: HallLine; device: Device; iceServers: IceServer[] },
	direction: Direction,
	onfailed: () => void,
): Promise<types.Transport> {
	const meetingId = line.hall.meeting.id;
	const answer = await line.send('stage:transport', { meetingId, direction });
	if (!answer.ok) throw new Error(answer.code);
	const options = { ...(answer.result as types.TransportOptions), iceServers };
	const way =
		direction === 'send' ? device.createSendTransport(options) : device.createRecvTransport(options);
	way.on('connect', ({ dtlsParameters }, done, failed) => {
		const input = { meetingId, transportId: way.id, dtlsParameters };
		void line.send('stage:connect', input).then(({ ok }) => (ok ? done() : failed(new Error('connect'))));
	});
	way.on('produce', ({ rtpParameters, appData }, done, failed) => {
		const input = {
			meetingId,
			transportId: way.id,
			source: appData['source'] as Source,
			rtpParameters: rtpParameters as SentParameters,
		};
		void line
			.send('stage:send', input)
			.then((sent) => (sent.ok ? done({ id: sent.result.producerId }) : failed(new Error(sent.code))));
	});
	way.on('connectionstatechange', (state) => {
		// Nothing comes any more: the line may be as dead, and that is better known before the network is back.
		if (state === 'disconnected') line.doubt();
		if (state === 'failed' && line.status === 'connected') onfailed();
	});
	return way;
}
