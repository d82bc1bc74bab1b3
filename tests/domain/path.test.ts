// Which way sound and pictures take, from what the browsers' statistics look like.
import { expect, test } from 'vitest';
import { pathOf } from '#lib/stage/path.ts';

const local = { id: 'l', type: 'local-candidate', candidateType: 'host', protocol: 'udp' };
const pair = { id: 'p', type: 'candidate-pair', state: 'succeeded', nominated: true, localCandidateId: 'l' };
const chosen = { id: 't', type: 'transport', selectedCandidatePairId: 'p' };

test.each([
	['udp', [chosen, pair, local]],
	['tcp', [chosen, pair, { ...local, protocol: 'tcp' }]],
	['relay', [chosen, pair, { ...local, candidateType: 'relay', relayProtocol: 'tls' }]],
	// Firefox has no transport's own entry.
	[
		'tcp',
		[
			{ ...pair, id: 'q', localCandidateId: 'other', selected: false },
			{ ...pair, selected: true },
			{ ...local, protocol: 'tcp' },
		],
	],
	[null, [{ ...pair, state: 'in-progress' }, local]],
	[null, []],
] as const)('%s', (path, stats) => {
	expect(pathOf({ values: () => stats as never })).toBe(path);
});
