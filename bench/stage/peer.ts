// A light peer of a WebRTC transport: ICE and DTLS for real, so that the server does for it what it does for a browser. What it receives
// is handed on as it came, still encrypted; what it sends is encrypted with the keys of the handshake.
import { X509Certificate } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import type { types } from 'mediasoup';
import {
	CipherContext,
	DtlsClient,
	HashAlgorithm,
	keyLength,
	NamedCurveAlgorithm,
	RtpHeader,
	saltLength,
	SignatureAlgorithm,
	SrtcpSession,
	SrtpSession,
	type Transport,
} from 'werift';
import type { TransportParameters } from '#media/stage.ts';
import { bindingRequest, isBindingAnswer } from './stun.ts';

export type Peer = {
	/** Sends a packet of RTP. */
	send(header: Partial<RtpHeader>, payload: Buffer): void;
	/** Sends an empty report (RTCP) of a stream: still here, though nothing is sent. */
	report(ssrc: number): void;
	close(): void;
};

/** AEAD_AES_128_GCM (RFC 7714): what mediasoup prefers of what the library offers. */
const profile = 7;
/** As often as Chromium; whoever is not heard of for some seconds is given up. */
const askEveryMs = 2_500;
const openWithinMs = 20_000;

/** One certificate for all peers of a process: making it is the dear part of a handshake. */
const identity = CipherContext.createSelfSignedCertificateWithKey(
	{ signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4 },
	NamedCurveAlgorithm.secp256r1_23,
);

/**
 * Opens a way to a transport.
 * @param connect tells the server this peer's certificate
 * @param onmedia told of every packet that is RTP or RTCP
 */
export async function openPeer(
	{ iceParameters, iceCandidates }: TransportParameters,
	connect: (dtlsParameters: types.DtlsParameters) => Promise<unknown>,
	onmedia: (packet: Buffer) => void,
): Promise<Peer> {
	const { certPem, keyPem, signatureHash } = await identity;
	const value = new X509Certificate(certPem).fingerprint256;
	await connect({ role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] });

	const { ip, port } = iceCandidates.find(({ protocol }) => protocol === 'udp')!;
	const socket = createSocket('udp4');
	await new Promise<void>((done) => void socket.connect(port, ip, done));
	const transport = transportOver(socket);
	let isLetThrough = () => {};
	socket.on('message', (packet) => {
		const first = packet[0]!;
		if (first >= 128) onmedia(packet);
		else if (first >= 20) transport.onData(packet, [ip, port]);
		else if (isBindingAnswer(packet)) isLetThrough();
	});
	// A server that has closed its port is no fault of the peer's.
	socket.on('error', () => {});

	const ask = () => socket.send(bindingRequest(iceParameters.usernameFragment, iceParameters.password));
	const asking = setInterval(ask, askEveryMs);
	const close = () => {
		clearInterval(asking);
		socket.close();
	};
	try {
		return await within(openWithinMs, async () => {
			const retrying = setInterval(ask, 250);
			await new Promise<void>((done) => {
				isLetThrough = done;
				ask();
			}).finally(() => clearInterval(retrying));
			const dtls = new DtlsClient({
				transport,
				cert: certPem,
				key: keyPem,
				signatureHash,
				srtpProfiles: [profile],
				extendedMasterSecret: true,
			});
			await new Promise<void>((done, failed) => {
				dtls.onConnect.once(done);
				dtls.onError.once(failed);
				dtls.connect().catch(failed);
			});
			const { localKey, localSalt, remoteKey, remoteSalt } = dtls.extractSessionKeys(
				keyLength(profile),
				saltLength(profile),
			);
			const session = {
				keys: {
					localMasterKey: localKey,
					localMasterSalt: localSalt,
					remoteMasterKey: remoteKey,
					remoteMasterSalt: remoteSalt,
				},
				profile,
			} as const;
			const srtp = new SrtpSession(session);
			const srtcp = new SrtcpSession(session);
			return {
				send: (header: Partial<RtpHeader>, payload: Buffer) =>
					socket.send(srtp.encrypt(payload, new RtpHeader(header))),
				report: (ssrc: number) => {
					const empty = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 0]);
					empty.writeUInt32BE(ssrc, 4);
					socket.send(srtcp.encrypt(empty));
				},
				close,
			};
		});
	} catch (error) {
		close();
		throw error;
	}
}

function transportOver(socket: Socket): Transport {
	return {
		type: 'udp',
		address: socket.address(),
		closed: false,
		onData: () => {},
		send: async (packet) => socket.send(packet),
		close: async () => {},
	};
}

async function within<T>(ms: number, doing: () => Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, failed) => {
		timer = setTimeout(() => failed(new Error(`A peer was not connected within ${ms / 1000} s.`)), ms);
	});
	return Promise.race([doing(), late]).finally(() => clearTimeout(timer));
}
