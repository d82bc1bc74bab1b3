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

type StageCounts = { peers: number; transports: number; producers: number; consumers: number };
let askStages = async (): Promise<StageCounts[]> => [];
/** Says whom to ask what the stages keep open. */
export function countStages(ask: () => Promise<StageCounts[]>): void {
	askStages = ask;
}
const stageKinds = ['peers', 'transports', 'producers', 'consumers'] as const;
new client.Gauge({
	name: 'porchlight_stage_open',
	help: 'What the stages of all halls keep open, by kind',
	labelNames: ['kind'],
	registers: [registry],
	async collect() {
		const counts = await askStages();
		for (const kind of stageKinds)
			this.set(
				{ kind },
				counts.reduce((sum, one) => sum + one[kind], 0),
			);
	},
});
