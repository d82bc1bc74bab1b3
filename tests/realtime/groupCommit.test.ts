// The queue that commits in groups: what comes meanwhile makes the next group, each is told its own answer, nobody waits for ever.
import { expect, test } from 'vitest';
import { Refusal, type RefusalCode } from '#domain/errors.ts';
import { groupCommit } from '#realtime/groupCommit.ts';

type Answer = (RefusalCode | null)[];
/** Commits that are held until the test lets each of them go. */
function held() {
	const groups: { group: number[]; let: (answer: Answer) => void; fail: (error: unknown) => void }[] = [];
	const commit = (group: number[]) =>
		new Promise<Answer>((resolve, reject) => groups.push({ group, let: resolve, fail: reject }));
	return { groups, commit, all: () => groups.map(({ group }) => group) };
}
const fine = (count: number): Answer => Array<null>(count).fill(null);
const codeOf = (promise: Promise<void>) =>
	promise.then(
		() => null,
		(error: unknown) => (error instanceof Refusal ? error.code : error),
	);

test('what comes while a group is being committed makes the next one, of a largest size', async () => {
	const { groups, commit, all } = held();
	const queue = groupCommit(commit, () => {}, 3);
	const first = queue.add(1);
	const more = [2, 3, 4, 5].map((n) => queue.add(n));
	expect(all()).toEqual([[1]]);
	groups[0]!.let(fine(1));
	await first;
	expect(all()).toEqual([[1], [2, 3, 4]]);
	groups[1]!.let(fine(3));
	await Promise.all(more.slice(0, 3));
	expect(all()).toEqual([[1], [2, 3, 4], [5]]);
	groups[2]!.let(fine(1));
	await Promise.all(more);
	await queue.settled();
	// After a rest it begins anew.
	const later = queue.add(6);
	groups[3]!.let(fine(1));
	await later;
	expect(all().at(-1)).toEqual([6]);
});

test('each hears its own answer, after what follows the group', async () => {
	const { groups, commit } = held();
	const seen: unknown[] = [];
	const queue = groupCommit(commit, (group, refused) => seen.push([group, refused]));
	const alone = codeOf(queue.add(1));
	const both = [codeOf(queue.add(2)), codeOf(queue.add(3))];
	groups[0]!.let(['own-question']);
	expect(await alone).toBe('own-question');
	groups[1]!.let([null, 'question-state']);
	expect(await Promise.all(both)).toEqual([null, 'question-state']);
	expect(seen).toEqual([
		[[1], ['own-question']],
		[
			[2, 3],
			[null, 'question-state'],
		],
	]);
});

test('a group that fails is told so, and the next one goes on', async () => {
	const { groups, commit } = held();
	const followed: number[][] = [];
	const queue = groupCommit(commit, (group) => void followed.push(group));
	const bug = new Error('broken');
	const first = codeOf(queue.add(1));
	const second = codeOf(queue.add(2));
	groups[0]!.fail(bug);
	expect(await first).toBe(bug);
	groups[1]!.let(fine(1));
	expect(await second).toBeNull();
	expect(followed).toEqual([[2]]);
});

test('without a database whoever waits behind is told at once, and who comes later tries again', async () => {
	const { groups, commit, all } = held();
	const queue = groupCommit(commit, () => {}, 1);
	const waiting = [1, 2, 3].map((n) => codeOf(queue.add(n)));
	groups[0]!.fail(new Refusal('database-away'));
	expect(await Promise.all(waiting)).toEqual(Array(3).fill('database-away'));
	expect(all()).toEqual([[1]]);
	await queue.settled();
	const later = codeOf(queue.add(4));
	groups[1]!.let(fine(1));
	expect(await later).toBeNull();
});

test('one that is added by whoever was just answered is not left lying', async () => {
	const { groups, commit, all } = held();
	const queue = groupCommit(commit);
	const chain = queue.add(1).then(() => queue.add(2));
	groups[0]!.let(fine(1));
	await expect.poll(() => all()).toEqual([[1], [2]]);
	groups[1]!.let(fine(1));
	await chain;
	await queue.settled();
});
