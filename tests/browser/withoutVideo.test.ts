// A server whose video worker is not there: the hall runs and says why it has no video; when the worker comes, so does the video.
import { access, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dana, liveMeeting } from '#tests/cast.ts';
import { startServer } from '#tests/setup/server.ts';
import { ask, enter, expect, test } from './hall.ts';
import { press, sees, stage, withCameras } from './stage.ts';

test.use(withCameras);

test('a hall without a video worker runs, says why, and takes the worker up when it comes', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(120_000);
	const folder = await mkdtemp(path.join(tmpdir(), 'porchlight-worker-'));
	const worker = path.join(folder, 'mediasoup-worker');
	const server = await startServer({
		DATABASE_URL: town.databaseUrl,
		DATA_DIR: folder,
		LOG_LEVEL: 'warn',
		MEDIASOUP_WORKER_BIN: worker,
	});
	expect(server.output()).toContain('no media worker can be run: halls are without sound and video');
	const { id, slug } = await liveMeeting(db, { stageOpen: true });
	const moderator = await enter(browser, server.url, slug, { as: dana, db });
	const watcher = await enter(browser, server.url, slug);
	await expect(stage(watcher)).toContainText('this server’s video worker is not there');
	await ask(db, id, 'When is the crossing on Elm Street built?');
	await expect(
		watcher.getByTestId('questions').getByText('When is the crossing on Elm Street built?'),
	).toBeVisible();

	// As when the first start has built it.
	const real = path.resolve('node_modules/mediasoup/worker/out/Release/mediasoup-worker');
	await access(real);
	await symlink(real, worker);
	for (const page of [moderator, watcher])
		await expect(stage(page)).not.toContainText('this server’s video worker is not there', {
			timeout: 30_000,
		});
	await press(moderator, 'Take the stage');
	await press(moderator, 'Turn on your camera');
	await sees(watcher, 'Dana Reyes');
	for (const page of [moderator, watcher]) await page.context().close();
	await server.stop();
	await rm(folder, { recursive: true });
});
