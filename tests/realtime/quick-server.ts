// Sockets without pages, in a process of their own, whose presence times are a fraction of the real ones.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readConfig } from '#config';
import { openDatabase } from '#db/client.ts';
import { makeLogger } from '#db/log.ts';
import { attachSockets } from '#realtime/sockets.ts';

const url = process.argv[2]!;
const config = readConfig();
const http = createServer();
const times = { tick: 50, repeat: 200, forgetAfter: 1_000, save: 1_000, saveLeft: 3_000 };
await attachSockets(http, openDatabase(url), config, url, makeLogger(config), times);
http.listen(0, '127.0.0.1');
await once(http, 'listening');
process.send?.((http.address() as AddressInfo).port);
process.once('disconnect', () => process.exit());
