// Numbers for Prometheus: what happens how often, never to whom.
import client from 'prom-client';

export const registry = new client.Registry();
client.collectDefaultMetrics({ register: registry, prefix: 'porchlight_' });

export const commandCount = new client.Counter({
	name: 'porchlight_commands_total',
	help: 'Commands by name and outcome (ok, a refusal code, or failed)',
	labelNames: ['command', 'outcome'],
	registers: [registry],
});
export const commandSeconds = new client.Histogram({
	name: 'porchlight_command_seconds',
	help: 'Time from a command to its acknowledgement',
	labelNames: ['command'],
	buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
	registers: [registry],
});
export const voteBatchSize = new client.Histogram({
	name: 'porchlight_vote_batch_size',
	help: 'Votes committed in one transaction',
	buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500],
	registers: [registry],
});
export const openSockets = new client.Gauge({
	name: 'porchlight_sockets',
	help: 'Open sockets',
	registers: [registry],
});
export const openRooms = new client.Gauge({
	name: 'porchlight_rooms',
	help: 'Rooms that the feed keeps for its sockets',
	registers: [registry],
});
export const droppedSockets = new client.Counter({
	name: 'porchlight_sockets_dropped_total',
	help: 'Sockets closed by the server, by reason',
	labelNames: ['reason'],
	registers: [registry],
});

export const openDocuments = new client.Gauge({
	name: 'porchlight_documents',
	help: 'Shared documents that are open',
	registers: [registry],
});
export const openDocumentLines = new client.Gauge({
	name: 'porchlight_document_lines',
	help: 'Lines on which a shared document is open',
	registers: [registry],
});
export const documentChanges = new client.Counter({
	name: 'porchlight_document_changes_total',
	help: 'Changes of shared documents by outcome (taken, refused)',
	labelNames: ['outcome'],
	registers: [registry],
});

/** What is open on the stages, asked for when the numbers are read. */
export function measureStages(count: () => Promise<Record<string, number>[]>): void {
	const name = 'porchlight_stage_open';
	registry.removeSingleMetric(name);
	new client.Gauge({
		name,
		help: 'What is open on the stages: peers, transports, producers, consumers and pipes between workers',
		labelNames: ['what'],
		registers: [registry],
		async collect() {
			this.reset();
			for (const counts of await count())
				for (const [what, number] of Object.entries(counts)) this.inc({ what }, number);
		},
	});
}
