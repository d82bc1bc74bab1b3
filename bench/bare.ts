// The baselines, a process each: a room that passes on what one says to all and does nothing else. `node bench/bare.ts ws|socket.io`
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { WebSocket, WebSocketServer } from 'ws';

const http = createServer();
if (process.argv[2] === 'ws') plainRoom();
else socketIoRoom();
http.listen(0, '127.0.0.1', () => {
	process.stdout.write(`listening on http://127.0.0.1:${(http.address() as AddressInfo).port}\n`);
});
process.once('disconnect', () => process.exit());

function plainRoom(): void {
	const room = new WebSocketServer({ server: http, perMessageDeflate: false });
	room.on('connection', (socket) =>
		socket.on('message', (data: Buffer) => {
			const [name, payload] = JSON.parse(data.toString()) as [string, unknown];
			if (name === 'say') {
				const told = JSON.stringify(['told', payload]);
				for (const client of room.clients) if (client.readyState === WebSocket.OPEN) client.send(told);
			}
			socket.send('[null]');
		}),
	);
}

function socketIoRoom(): void {
	const io = new Server(http, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
	io.on('connection', (socket) => {
		void socket.join('hall');
		socket.on('say', (payload: unknown, ack: () => void) => {
			io.to('hall').emit('told', payload);
			ack();
		});
		socket.on('vote', (_payload: unknown, ack: () => void) => ack());
	});
}
