// Posts to push services. Their addresses come from browsers, so they are strangers': only names on https are asked, never an address
// of this machine or its network, and only the answer's head is read.
import { lookup as resolve } from 'node:dns';
import { request as requestOverHttp } from 'node:http';
import { request as requestOverHttps, type RequestOptions } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { Config } from '#config';

/** So long one service may take, from the first packet to its answer. */
const patienceMs = 10_000;

const notPublic = new BlockList();
for (const net of [
	...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
	...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
	...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
])
	notPublic.addSubnet(net.split('/')[0]!, Number(net.split('/')[1]), 'ipv4');
const publicIpv6 = new BlockList();
publicIpv6.addSubnet('2000::', 3, 'ipv6');
// Within it: Teredo and others that lead elsewhere, examples, and 6to4, which carries an IPv4 address.
for (const net of ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])
	notPublic.addSubnet(net.split('/')[0]!, Number(net.split('/')[1]), 'ipv6');

/** Whether an IP address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
	const version = isIP(address);
	if (version === 4) return !notPublic.check(address, 'ipv4');
	return version === 6 && publicIpv6.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
}

/** Whether a browser's address of a push service is one that may be asked at all: https, by name, at the usual port, without a password. */
export function isEndpoint(endpoint: string, config: Pick<Config, 'NODE_ENV'>): boolean {
	if (!URL.canParse(endpoint)) return false;
	const { protocol, hostname, port, username, password } = new URL(endpoint);
	if (username || password) return false;
	if (isOfTests(hostname, config)) return /^https?:$/.test(protocol);
	return (
		protocol === 'https:' &&
		port === '' &&
		isIP(hostname.replace(/^\[|\]$/g, '')) === 0 &&
		hostname.includes('.') &&
		!/(^|\.)(localhost|local|internal|home\.arpa)\.?$/.test(hostname)
	);
}

/** The push services of the tests are on their own machine. */
const isOfTests = (hostname: string, { NODE_ENV }: Pick<Config, 'NODE_ENV'>) =>
	NODE_ENV === 'test' && hostname === '127.0.0.1';

export type Posted =
	| { is: 'taken' }
	/** There is no such device any more. */
	| { is: 'gone' }
	/** The same message will be refused again. */
	| { is: 'refused'; code: string }
	| { is: 'later'; code: string; afterSeconds: number };

/** Posts a sealed message. Never throws: what goes wrong outside is an answer, too. */
export async function postTo(
	endpoint: string,
	body: Buffer,
	headers: Record<string, string>,
	config: Pick<Config, 'NODE_ENV'>,
): Promise<Posted> {
	if (!isEndpoint(endpoint, config)) return { is: 'refused', code: 'endpoint' };
	const answer = await headOf(endpoint, body, headers).catch((error: unknown) => ({
		status: 0,
		code: String((error as NodeJS.ErrnoException).code ?? (error as Error).name),
		afterSeconds: 0,
	}));
	const { status, code, afterSeconds } = answer;
	if (status >= 200 && status < 300) return { is: 'taken' };
	if (status === 404 || status === 410) return { is: 'gone' };
	// 401 and 403 may be a clock that is wrong for a while; the other ones are about the message.
	if (status === 400 || status === 413 || status === 406) return { is: 'refused', code };
	return { is: 'later', code, afterSeconds };
}

function headOf(
	endpoint: string,
	body: Buffer,
	headers: Record<string, string>,
): Promise<{ status: number; code: string; afterSeconds: number }> {
	return new Promise((resolve, reject) => {
		const url = new URL(endpoint);
		const options: RequestOptions = {
			method: 'POST',
			headers: { ...headers, 'content-length': String(body.length) },
			signal: AbortSignal.timeout(patienceMs),
			// A line of its own: where it leads was looked up for this message.
			agent: false,
		};
		const request =
			url.protocol === 'https:'
				? requestOverHttps(url, { ...options, lookup: publicOnly })
				: requestOverHttp(url, options);
		request.once('response', (response) => {
			const { statusCode: status = 0, headers: said } = response;
			response.on('error', () => {});
			// Nobody needs what else it says, however much that is.
			response.destroy();
			resolve({ status, code: String(status), afterSeconds: Number(said['retry-after']) || 0 });
		});
		request.on('error', reject);
		request.end(body);
	});
}

/** Looks a name up and gives nothing where any of its addresses is not public: what was looked at is what is connected to. */
const publicOnly: LookupFunction = (hostname, options, answer) => {
	resolve(hostname, { ...options, all: true }, (error, addresses) => {
		if (error) return answer(error, '', 0);
		if (addresses.length === 0 || !addresses.every(({ address }) => isPublicAddress(address)))
			return answer(Object.assign(new Error('not a public address'), { code: 'NOTPUBLIC' }), '', 0);
		if (options.all) return answer(null, addresses);
		answer(null, addresses[0]!.address, addresses[0]!.family);
	});
};
