// Sound and video of the halls: every call asks the database who may, then media/ carries it out.
import type { types } from 'mediasoup';
import type { Config } from '#config';
import type { Database } from '#db/client.ts';
import { checked } from '#db/command.ts';
import type { Logger } from '#db/log.ts';
import { speakerOf, stageRights, type StageRights } from '#db/stage.ts';
import { Refusal } from '#domain/errors.ts';
import { deskRoom, hallRoom, type Commands } from '#domain/events.ts';
import { nobody } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import * as st from '#domain/stage.ts';
import type { Sent, Source } from '#domain/stage.ts';
import { openStage, type Lost, type MediaStage, type Sending } from '#media/stage.ts';
import type { Feed, HallSocket, Sockets } from './feed.ts';
import { measureStages } from './metrics.ts';
import { startRecordings } from './recordings.ts';
import { makeStageCheck } from './stageCheck.ts';
import { isOnStage, maySee, refusing, sender } from './stageRights.ts';
import { keepStageWorkers } from './stageWorkers.ts';
import { makeSwitches } from './switches.ts';
import { iceServersFor } from './turn.ts';

type Handles<C extends keyof Commands> = (
	socket: HallSocket,
	input: Commands[C]['input'],
) => Promise<Commands[C]['result']>;

export type Stages = {
	enter: Handles<'stage:enter'>;
	transport: Handles<'stage:transport'>;
	connect: Handles<'stage:connect'>;
	send: Handles<'stage:send'>;
	unsend: Handles<'stage:unsend'>;
	receive: Handles<'stage:receive'>;
	want: Handles<'stage:want'>;
	check: Handles<'stage:check'>;
	stop: Handles<'stage:stop'>;
	/** Somebody is another person than before, or has lost an office: what they send is looked at again. */
	lookAgain(): void;
	/** The line is closed: what it sent and received ends. */
	leave(socket: HallSocket): void;
	/** Ends recordings, then the workers. */
	close(): Promise<void>;
};

/** Starts the workers, if they can be had; without them every call of the stage is refused in words. */
export function startStages(db: Database, config: Config, io: Sockets, feed: Feed, log: Logger): Stages {
	const workers = keepStageWorkers(config, log);
	const stages = new Map<string, Promise<MediaStage>>();
	const said = refusing(log);
	const switches = makeSwitches();
	measureStages(async () => {
		const opened = await Promise.all([...stages.values()].map((stage) => stage.catch(() => undefined)));
		return opened.flatMap((stage) => (stage ? [stage.counts()] : []));
	});
	const recordings = startRecordings(db, config, feed, log);
	/** Who was heard last, per meeting. */
	const heard = new Map<string, string>();
	const trying = makeStageCheck(workers, config);

	async function stageOf(meetingId: string): Promise<MediaStage> {
		const found = await workers.get();
		if (!found) throw new Refusal('stage-missing');
		let stage = stages.get(meetingId);
		if (!stage) {
			stage = openStage(found, listenerOf(meetingId));
			stages.set(meetingId, stage);
			stage.catch(() => stages.delete(meetingId));
		}
		return stage.catch(() => {
			throw new Refusal('stage-away');
		});
	}

	const listenerOf = (meetingId: string) => ({
		sent: (sending: Sending) => soon(tell(meetingId, sending)),
		unsent: ({ producerId }: Sending) => {
			io.to(hallRoom(meetingId)).emit('stage:unsent', { producerId });
			soon(record(meetingId));
		},
		speaking: (sending: Sending | null) => soon(tellSpeaking(meetingId, sending)),
		lost: (lost: Lost[], isOver: boolean) => {
			// Whoever enters next opens the stage anew.
			if (isOver) stages.delete(meetingId);
			for (const { peerId, directions } of lost)
				io.sockets.sockets.get(peerId)?.emit('stage:lost', { directions });
		},
		silent: ({ speakerId, source }: Sending) => {
			if (source === 'microphone') switches.off(speakerId, source);
		},
	});

	/** What is told of the stage can be learned by entering it: a database that is away for a moment is no more than a note. */
	function soon(telling: Promise<void>): void {
		telling.catch((error: unknown) => log.warn({ err: error }, 'the stage could not tell what it does'));
	}

	/** Tells those who may receive it. */
	async function tell(meetingId: string, { producerId, speakerId, source }: Sending): Promise<void> {
		const rights = await stageRights(db, meetingId);
		const speaker = rights.speakers.get(speakerId);
		if (!speaker) return;
		const room = speaker.state === 'on-air' ? hallRoom(meetingId) : deskRoom(meetingId);
		io.to(room).emit('stage:sent', { producerId, speakerId, source: source as Source });
		await record(meetingId);
	}

	async function tellSpeaking(meetingId: string, sending: Sending | null): Promise<void> {
		const { speakers } = await stageRights(db, meetingId);
		const state = sending && speakers.get(sending.speakerId)?.state;
		// Of the green room the hall hears nothing, not even that somebody speaks there.
		const speakerId = state === 'on-air' ? sending!.speakerId : null;
		io.to(hallRoom(meetingId)).emit('stage:speaking', { speakerId });
		if (!speakerId) return;
		heard.set(meetingId, speakerId);
		await record(meetingId);
	}

	/** What is on air, and so may be recorded, is what everybody in the hall may receive. */
	async function record(meetingId: string): Promise<void> {
		const rights = await stageRights(db, meetingId);
		const { state, stageOpen, stageRecorded } = rights.meeting;
		const stage = await stages.get(meetingId)?.catch(() => undefined);
		const sendings = stage?.sending().filter(maySee(rights, nobody)) ?? [];
		const wanted = state === 'live' && stageOpen && stageRecorded;
		if (!wanted) heard.delete(meetingId);
		await recordings.follow(meetingId, {
			...{ wanted, stage, sendings },
			speakerId: heard.get(meetingId) ?? null,
		});
	}

	/** Everything a call needs: that the actor may watch this hall, from a line that is in it. */
	async function arrive(
		socket: HallSocket,
		meetingId: string,
	): Promise<{ rights: StageRights; stage: MediaStage }> {
		// Only from within the hall: what a line opens is closed when it leaves.
		if (socket.data.hall?.meetingId !== meetingId) throw new Refusal('not-found');
		const rights = await stageRights(db, meetingId);
		authorize(socket.data.actor, 'stage:watch', rights.meeting);
		if (rights.meeting.state !== 'live') throw new Refusal('meeting-not-live');
		if (!rights.meeting.stageOpen) throw new Refusal('stage-closed');
		const stage = await stageOf(meetingId);
		// A line that has closed meanwhile would leave behind what is opened for it now.
		if (!socket.connected) throw new Refusal('not-found');
		return { rights, stage };
	}

	function maySend(rights: StageRights, { speakerId, peerId }: Sending): boolean {
		const speaker = rights.speakers.get(speakerId);
		const socket = io.sockets.sockets.get(peerId);
		return speaker !== undefined && socket !== undefined && isOnStage(speaker, rights, socket.data.actor);
	}

	/** The speakers have changed: what is sent by those who may no longer, ends; what may be received by all now, is told. */
	async function enforce(meetingId: string): Promise<void> {
		const rights = await stageRights(db, meetingId);
		switches.keep(meetingId, (speakerId) => {
			const speaker = rights.speakers.get(speakerId);
			return speaker !== undefined && st.isHeardBy(speaker, { isModerator: true }, rights.meeting);
		});
		const stage = await stages.get(meetingId)?.catch(() => undefined);
		if (!stage) return record(meetingId);
		const stopped = new Map<string, Source[]>();
		for (const sending of stage.sending()) {
			if (maySend(rights, sending)) {
				await tell(meetingId, sending);
				continue;
			}
			stop(stage, sending);
			stopped.set(sending.peerId, [...(stopped.get(sending.peerId) ?? []), sending.source as Source]);
		}
		if (rights.meeting.state !== 'live' || !rights.meeting.stageOpen) {
			stages.delete(meetingId);
			stage.close();
		}
		await record(meetingId);
		for (const [peerId, sources] of stopped)
			io.sockets.sockets.get(peerId)?.emit('stage:stopped', { sources });
	}
	function stop(stage: MediaStage, { producerId, speakerId, source }: Sending): void {
		switches.off(speakerId, source as Source);
		stage.stop(producerId);
	}

	const enforceSoon = (meetingId: string) =>
		void enforce(meetingId).catch((error: unknown) =>
			log.warn({ err: error }, 'a stage could not be brought up to date'),
		);
	feed.on('stage', enforceSoon);

	return {
		async enter(socket, raw) {
			const { meetingId } = checked(st.stageInput, raw);
			const { rights, stage } = await arrive(socket, meetingId);
			const sent = stage
				.sending()
				.filter(maySee(rights, socket.data.actor))
				.map(({ producerId, speakerId, source }): Sent => ({
					producerId,
					speakerId,
					source: source as Source,
				}));
			const speaker = speakerOf(rights, socket.data.actor);
			const mayGoOn = speaker && isOnStage(speaker, rights, socket.data.actor);
			return {
				rtpCapabilities: stage.rtpCapabilities,
				sent,
				iceServers: iceServersFor(config),
				switchedOn: mayGoOn ? switches.of(speaker.id, socket.id) : [],
			};
		},
		async transport(socket, raw) {
			const { meetingId, direction } = checked(st.transportInput, raw);
			const { rights, stage } = await arrive(socket, meetingId);
			if (direction === 'send') sender(rights, socket.data.actor);
			return said(stage.openTransport(socket.id, direction));
		},
		async connect(socket, raw) {
			const { meetingId, transportId, dtlsParameters } = checked(st.connectInput, raw);
			const { stage } = await arrive(socket, meetingId);
			await said(stage.connect(socket.id, transportId, dtlsParameters));
		},
		async send(socket, raw) {
			const { meetingId, transportId, source, rtpParameters } = checked(st.sendInput, raw);
			const { rights, stage } = await arrive(socket, meetingId);
			const { id: speakerId } = sender(rights, socket.data.actor);
			const elsewhere = stage
				.sending()
				.filter((one) => one.speakerId === speakerId && one.source === source && one.peerId !== socket.id);
			const producerId = await said(
				stage.send(socket.id, transportId, { speakerId, source }, st.kindOf[source], rtpParameters),
			);
			switches.on(meetingId, speakerId, source, socket.id);
			for (const { peerId } of elsewhere)
				io.sockets.sockets.get(peerId)?.emit('stage:stopped', { sources: [source], isByOwn: true });
			return { producerId };
		},
		async unsend(socket, raw) {
			const { meetingId, producerId } = checked(st.unsendInput, raw);
			const { stage } = await arrive(socket, meetingId);
			const own = stage.sending().find((one) => one.producerId === producerId && one.peerId === socket.id);
			if (!own) throw new Refusal('not-found');
			stop(stage, own);
		},
		async receive(socket, raw) {
			const { meetingId, transportId, producerId, rtpCapabilities } = checked(st.receiveInput, raw);
			const { rights, stage } = await arrive(socket, meetingId);
			const sending = stage.sending().find((one) => one.producerId === producerId);
			if (!sending || !maySee(rights, socket.data.actor)(sending)) throw new Refusal('not-found');
			return said(
				stage.receive(socket.id, transportId, producerId, rtpCapabilities as types.RtpCapabilities),
			);
		},
		async want(socket, raw) {
			const { meetingId, consumerId, want } = checked(st.wantInput, raw);
			const { stage } = await arrive(socket, meetingId);
			await said(stage.want(socket.id, consumerId, want));
		},
		async stop(socket, raw) {
			const { speakerId, source } = checked(st.stopInput, raw);
			authorize(socket.data.actor, 'stage:manage');
			const meetingId = socket.data.hall?.meetingId;
			if (!meetingId) return;
			const { speakers } = await stageRights(db, meetingId);
			const isMeant = (id: string) => (speakerId ? id === speakerId : !speakers.get(id)?.isModerator);
			// Also of somebody whose line is cut at the moment: it does not come back by itself.
			for (const id of speakers.keys()) if (isMeant(id)) switches.off(id, source);
			const stage = await stages.get(meetingId);
			for (const sending of stage?.sending() ?? []) {
				if (!isMeant(sending.speakerId) || (source && sending.source !== source)) continue;
				stop(stage!, sending);
				io.sockets.sockets
					.get(sending.peerId)
					?.emit('stage:stopped', { sources: [sending.source as Source] });
			}
		},
		check: trying.check,
		lookAgain: () => [...stages.keys()].forEach(enforceSoon),
		leave(socket) {
			trying.leave(socket);
			for (const stage of stages.values()) void stage.then(({ leave }) => leave(socket.id)).catch(() => {});
		},
		async close() {
			await recordings.close();
			await workers.close();
		},
	};
}
