// The check for known vulnerabilities, against a small registry of its own: what it asks, and that an advisory really fails.
import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { audit } from '../../scripts/audit.mjs';

type Asked = Record<string, string[]>;
let close = () => {};
afterEach(() => {
	close();
	delete process.env.npm_config_registry;
});

/** A registry that knows one weakness, in every version of the package; resolves to what it is asked. */
async function registryWithAdvisory(name: string): Promise<Asked[]> {
	const asked: Asked[] = [];
	await registry(async (request) => {
		if (request.method !== 'POST') return packument(decodeURIComponent(request.url!.slice(1)));
		const packages = await packagesIn(request);
		asked.push(packages);
		const advisory = { id: 1, title: 'Reads too much', severity: 'low', vulnerable_versions: '*' };
		return packages[name] ? { [name]: [{ ...advisory, url: 'https://example.org/1' }] } : {};
	});
	return asked;
}

const packument = (name: string) => ({
	name,
	'dist-tags': { latest: '1.0.0' },
	versions: { '1.0.0': { name, version: '1.0.0' } },
});

/** `answer` null: 405, as registries do that know no advisories. */
async function registry(answer: (request: IncomingMessage) => Promise<object | null>) {
	const server = createServer((request, response) => {
		void answer(request).then((body) => {
			response.writeHead(body ? 200 : 405, { 'content-type': 'application/json' });
			response.end(JSON.stringify(body ?? {}));
		});
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	close = () => void server.close();
	process.env.npm_config_registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function packagesIn(request: IncomingMessage): Promise<Asked> {
	const body = await buffer(request);
	return JSON.parse(String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body));
}

test('an advisory against a package of production fails, however low, with its reason', async () => {
	const asked = await registryWithAdvisory('valibot');
	const { code, output } = await audit();
	expect(code).toBe(1);
	expect(output).toContain('valibot *: low, Reads too much https://example.org/1');
	expect(asked[0]).toHaveProperty('express');
});

test('an advisory against a tool of development does not', async () => {
	const asked = await registryWithAdvisory('knip');
	expect(await audit()).toEqual({ code: 0, output: 'nothing known' });
	expect(asked).toHaveLength(1);
});

test('a registry that does not answer such questions is no reason to fail', async () => {
	await registry(async () => null);
	expect(await audit()).toEqual({ code: 0, output: 'not checked' });
});
