// A mail server of a test's own, which keeps what it is given.
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export type MailServer = {
	/** For SMTP_URL. */
	url: string;
	/** In the order in which they came; may be emptied. */
	received: Email[];
	/** `connected`, `arrived` (not acknowledged yet), `taken`. */
	steps: EventEmitter;
	close(): Promise<void>;
};

/** @param isFull addresses for which it takes nothing at the moment */
export async function startMailServer(
	isFull: (address: string) => boolean = () => false,
): Promise<MailServer> {
	const received: Email[] = [];
	const steps = new EventEmitter();
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		onMailFrom: (_address, _session, answer) => {
			steps.emit('connected');
			answer();
		},
		onRcptTo: ({ address }, _session, answer) =>
			answer(
				isFull(address)
					? Object.assign(new Error(`mailbox of ${address} is full`), { responseCode: 452 })
					: null,
			),
		onData: (stream, _session, done) => {
			buffer(stream)
				.then((bytes) => PostalMime.parse(bytes))
				.then((mail) => {
					steps.emit('arrived');
					received.push(mail);
					done();
					steps.emit('taken');
				}, done);
		},
	});
	// A worker that is killed while it sends leaves its line behind.
	server.on('error', () => {});
	server.listen(0, '127.0.0.1');
	await once(server.server, 'listening');
	return {
		url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
		received,
		steps,
		close: () => new Promise((resolve) => server.close(resolve)),
	};
}
