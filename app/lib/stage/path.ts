// By which way sound and pictures reach the server, read from the browser's own statistics.

export type Path = 'udp' | 'tcp' | 'relay';

type Stat = { id: string; type: string; [key: string]: unknown };

/** The way that is in use; null while there is none. @param stats an RTCStatsReport */
export function pathOf(stats: { values(): Iterable<Stat> }): Path | null {
	const all = [...stats.values()];
	const find = (id: unknown) => all.find((one) => one.id === id);
	const chosen = all.find(
		({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId,
	);
	const pair =
		find(chosen?.['selectedCandidatePairId']) ??
		// Firefox marks the pair itself.
		all.find(
			(one) =>
				one.type === 'candidate-pair' &&
				one['state'] === 'succeeded' &&
				(one['selected'] ?? one['nominated']),
		);
	const local = find(pair?.['localCandidateId']);
	if (!local) return null;
	if (local['candidateType'] === 'relay') return 'relay';
	return local['protocol'] === 'tcp' ? 'tcp' : 'udp';
}
