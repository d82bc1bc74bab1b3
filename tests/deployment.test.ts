// Dockerfile and docker-compose.yml, as far as they can be checked without Docker: their form, the files and settings they name.
import { Ajv, type AnySchema } from 'ajv';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig, settingsSchema } from '#config';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const packageJson: { version: string } = JSON.parse(read('package.json'));

type Service = {
	image: string;
	environment?: Record<string, string>;
	profiles?: string[];
	volumes?: string[];
	configs?: { source: string }[];
	depends_on?: Record<string, unknown>;
};
type Compose = {
	services: Record<string, Service>;
	volumes: Record<string, unknown>;
	configs: Record<string, { content: string }>;
};

// The part of the Compose Specification that is used here; an unknown key is a mistake.
const text = { type: 'string' };
const texts = { type: 'array', items: text };
const duration = { type: 'string', pattern: '^\\d+(ms|s|m|h)$' };
const object = (properties: Record<string, AnySchema>, required: string[] = []) => ({
	type: 'object',
	properties,
	required,
	additionalProperties: false,
});
const named = (values: AnySchema) => ({
	type: 'object',
	additionalProperties: false,
	patternProperties: { '^[a-zA-Z0-9._-]+$': values },
});
const service = object(
	{
		build: text,
		image: text,
		init: { type: 'boolean' },
		stop_grace_period: duration,
		restart: { enum: ['no', 'always', 'on-failure', 'unless-stopped'] },
		profiles: texts,
		environment: { type: 'object', additionalProperties: text },
		ports: {
			type: 'array',
			items: { type: 'string', pattern: '^([\\d.]+:)?\\d+(-\\d+)?:\\d+(-\\d+)?(/(tcp|udp))?$' },
		},
		volumes: { type: 'array', items: { type: 'string', pattern: '^[a-z-]+:/[^:]*(:ro)?$' } },
		configs: { type: 'array', items: object({ source: text, target: text }, ['source', 'target']) },
		read_only: { type: 'boolean' },
		tmpfs: texts,
		shm_size: { type: 'string', pattern: '^\\d+(kb|mb|gb)$' },
		cap_drop: texts,
		security_opt: texts,
		depends_on: named(
			object(
				{ condition: { enum: ['service_started', 'service_healthy', 'service_completed_successfully'] } },
				['condition'],
			),
		),
		healthcheck: object(
			{
				test: { type: 'array', items: text, minItems: 2 },
				interval: duration,
				timeout: duration,
				retries: { type: 'integer', minimum: 1 },
				start_period: duration,
			},
			['test', 'interval', 'timeout', 'retries'],
		),
	},
	['image', 'restart', 'healthcheck'],
);
const composeSchema = object(
	{
		name: { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' },
		services: named(service),
		configs: named(object({ content: text }, ['content'])),
		volumes: named({ type: 'null' }),
	},
	['name', 'services'],
);

/** The file, with `${NAME:-default}` filled in as Compose does it: in the values, after reading. */
function compose(env: Record<string, string> = {}): Compose {
	const filled = (value: string) =>
		value.replaceAll(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, other: string) => env[name] || other);
	return parse(read('docker-compose.yml'), (_key, value: unknown) =>
		typeof value === 'string' ? filled(value) : value,
	);
}

test('docker-compose.yml has the form that Compose asks for', () => {
	const isValid = new Ajv({ allErrors: true, strict: true, strictRequired: false }).compile(composeSchema);
	isValid(compose());
	expect(isValid.errors ?? []).toEqual([]);
});

test('what its services name is there', () => {
	const { services, volumes, configs } = compose();
	for (const [name, { volumes: used = [], configs: given = [], depends_on = {} }] of Object.entries(
		services,
	)) {
		for (const volume of used) expect(volumes, name).toHaveProperty(volume.split(':')[0]!);
		for (const { source } of given) expect(configs, name).toHaveProperty(source);
		for (const other of Object.keys(depends_on)) expect(services, name).toHaveProperty(other);
	}
	expect(services['mail']!.profiles).toEqual(['dev']);
	expect(services['proxy']!.profiles).toEqual(['production']);
	expect(services['app']!.profiles ?? services['postgres']!.profiles).toBeUndefined();
});

test('every image has its exact version, PostgreSQL is new enough, the app is of this version', () => {
	const images = Object.values(compose().services).map(({ image }) => image);
	for (const image of [...images, ...stages().map(({ image }) => image)])
		expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?(-[a-z]+)*$/);
	expect(Number(/postgres:(\d+)/.exec(images.join(' '))?.[1])).toBeGreaterThanOrEqual(15);
	expect(images).toContain(`porchlight:${packageJson.version}`);
});

test.each([
	['to try it', {}],
	[
		'for a city',
		{
			PUBLIC_URL: 'https://hall.example.gov',
			POSTGRES_PASSWORD: 'b5bb9d8014a0f9b1d61e21e796d78dcc',
			SECRET: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f2',
			SMTP_URL: 'smtps://hall:secret@mail.example.gov:465',
			MAIL_FROM: 'Springfield <hall@example.gov>',
			CITY_NAME: 'Springfield',
			TIME_ZONE: 'America/Denver',
			METRICS_TOKEN: 'b5bb9d8014a0f9b1',
			CAPTIONS_TOKEN: 'b5bb9d8014a0f9b1',
			RECORDING_DAYS: '90',
			TURN_URLS: 'turn:turn.example.gov:3478,turns:turn.example.gov:443?transport=tcp',
			TURN_SECRET: 'b5bb9d8014a0f9b1',
			LOG_LEVEL: 'warn',
		},
	],
])('the server takes the settings of docker-compose.yml %s', (_, env) => {
	const { services, configs } = compose(env);
	const given = services['app']!.environment!;
	expect(Object.keys(given).filter((name) => !(name in settingsSchema.entries))).toEqual([]);
	for (const name of Object.keys(env).filter((name) => name in settingsSchema.entries))
		expect(given[name]).toBe(env[name as keyof typeof env]);

	const config = readConfig({ ...imageEnvironment(), ...given });
	const database = new URL(config.DATABASE_URL!);
	const postgres = services['postgres']!.environment!;
	expect([database.hostname, database.username, database.password, database.pathname]).toEqual([
		'postgres',
		postgres['POSTGRES_USER'],
		postgres['POSTGRES_PASSWORD'],
		`/${postgres['POSTGRES_DB']}`,
	]);
	expect([config.NODE_ENV, config.HOST, config.PORT, config.TRUST_PROXY]).toEqual([
		'production',
		'0.0.0.0',
		3000,
		true,
	]);
	if (config.PUBLIC_URL?.startsWith('https:'))
		expect(configs['caddyfile']!.content).toMatch(
			new RegExp(`^${config.PUBLIC_URL} \\{\n[^]*reverse_proxy app:3000\n\\}\n$`),
		);
	else expect(new URL(config.SMTP_URL!).hostname).toBe('mail');
});

test('.env.example has what docker-compose.yml takes, and nothing else', () => {
	const taken = [...read('docker-compose.yml').matchAll(/\$\{(\w+):-/g)].map((match) => match[1]!);
	const shown = [...read('.env.example').matchAll(/^(\w+)=/gm)].map((match) => match[1]!);
	expect(shown.filter((name) => !taken.includes(name))).toEqual([]);
	expect(shown).toEqual(expect.arrayContaining(['PUBLIC_URL', 'POSTGRES_PASSWORD', 'SECRET', 'SMTP_URL']));
});

test('what the Dockerfile copies is there and not kept out of it', () => {
	const kept = read('.dockerignore').split('\n');
	for (const { sources, from } of copies()) {
		if (from) {
			expect(stages().map(({ name }) => name)).toContain(from);
			continue;
		}
		for (const source of sources) {
			expect(existsSync(path.join(root, source)), source).toBe(true);
			expect(kept, source).toContain(`!${source.split('/')[0]}`);
		}
	}
});

test('the image has every file of ours that its programs read, a start and a health check, and is not root', () => {
	const last = instructions().slice(instructions().findLastIndex(([word]) => word === 'FROM'));
	const there = copies(last).flatMap(({ sources }) =>
		sources.map((source) => source.replace(/^\/app\//, '')),
	);
	const program = JSON.parse(last.find(([word]) => word === 'CMD')![1]).at(-1);
	const seen = new Set<string>();
	for (const start of [program, 'scripts/admin.ts', 'scripts/backup.ts', 'scripts/restore.ts'])
		follow(start, seen);
	expect(seen.size).toBeGreaterThan(20);
	expect(
		[...seen].filter((file) => !there.some((place) => file === place || file.startsWith(`${place}/`))),
	).toEqual([]);

	expect(last.find(([word]) => word === 'USER')?.[1]).toBe('porchlight');
	expect(last.find(([word]) => word === 'HEALTHCHECK')?.[1]).toMatch(/\/healthz/);
	expect(() => readConfig(imageEnvironment())).not.toThrow();
});

test('the image has the video worker, made by the script that makes it everywhere, and the libraries it was built against', () => {
	const worker = '/app/node_modules/mediasoup/worker/out';
	const last = instructions().slice(instructions().findLastIndex(([word]) => word === 'FROM'));
	expect(copies(last)).toContainEqual({ sources: [worker], from: 'video' });
	const makes = instructions().slice(instructions().findIndex(([, rest]) => rest.endsWith(' AS video')));
	expect(makes.slice(0, 4).map(([, rest]) => rest)).toContain('node media/worker/setup.mjs');

	const installed = last.find(([, rest]) => rest.startsWith('apt-get'))![1];
	for (const library of ['libabsl2', 'libsrtp2-1', 'libssl3', 'libuv1', 'libstdc++6'])
		expect(installed).toContain(` ${library}`);
	// A library's name holds its version: both images must be of the same Debian.
	expect(stages().find(({ name }) => name === 'video')!.image).toMatch(/-bookworm-slim$/);
	expect(last[0]![1]).toMatch(/^debian:12\./);
});

/** The files that a program imports, in turn. Pages and Vite are no part: one is built, the other for development. */
function follow(file: string, seen: Set<string>) {
	if (seen.has(file)) return;
	seen.add(file);
	if (!/\.(ts|mjs)$/.test(file)) return;
	for (const [, specifier] of read(file).matchAll(/(?:from\s+|import\()\s*['"]([#.][^'"]+)['"]/g)) {
		const next = specifier!.startsWith('#')
			? specifier!
					.replace(/^#lib\//, 'app/lib/')
					.replace(/^#config$/, 'config.ts')
					.replace(/^#/, '')
			: path.posix.join(path.posix.dirname(file), specifier!);
		follow(next, seen);
	}
}

function instructions(): [word: string, rest: string][] {
	return read('Dockerfile')
		.replaceAll(/^#.*\n/gm, '')
		.replaceAll(/\\\n\s*/g, '')
		.split('\n')
		.filter(Boolean)
		.map((line) => [line.split(' ')[0]!, line.slice(line.indexOf(' ') + 1)]);
}

/** The stages made from an image; those made from another stage carry that one's image. */
function stages(): { name: string | undefined; image: string }[] {
	const found: { name: string | undefined; image: string }[] = [];
	for (const [word, rest] of instructions()) {
		if (word !== 'FROM') continue;
		const [from = '', name] = rest.split(' AS ');
		found.push({ name, image: found.find((stage) => stage.name === from)?.image ?? from });
	}
	return found;
}

function copies(from = instructions()): { sources: string[]; from?: string }[] {
	return from
		.filter(([word]) => word === 'COPY')
		.map(([, rest]) => {
			const words = rest.split(' ').filter((word) => !word.startsWith('--'));
			return { sources: words.slice(0, -1), from: /--from=(\S+)/.exec(rest)?.[1] };
		});
}

function imageEnvironment(): Record<string, string> {
	const lines = instructions().filter(([word]) => word === 'ENV');
	const pairs = lines
		.at(-1)![1]
		.split(' ')
		.map((pair) => pair.split('='));
	return Object.fromEntries(pairs);
}
