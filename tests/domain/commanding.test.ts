// Commands on their way: kept until they are answered, sent again when the answer was lost, given up with words.
import { expect, test } from 'vitest';
import { Commanding, giveUpAfterMs } from '#lib/hall/commanding.ts';

function line() {
	const sent: string[] = [];
	const commands: Commanding = new Commanding((id) => {
		sent.push(id);
		commands.sent(id);
	});
	return { sent, commands };
}
const vote = (commands: Commanding, id: string, now = 0) =>
	commands.add(id, 'question:vote', { questionId: id, on: true }, now);

test('a command that is under way is not sent a second time when the line comes back', () => {
	const { sent, commands } = line();
	void vote(commands, 'a');
	commands.transmit('a');
	commands.transmitAll();
	expect(sent).toEqual(['a']);
	commands.lost('a');
	commands.transmitAll();
	expect(sent).toEqual(['a', 'a']);
});

test('what was asked for while the line was down is sent in its order', () => {
	const { sent, commands } = line();
	for (const id of ['a', 'b', 'c']) void vote(commands, id);
	commands.transmitAll();
	expect(sent).toEqual(['a', 'b', 'c']);
});

test('both tries of the same command get its one answer', async () => {
	const { commands } = line();
	const tries = [vote(commands, 'a'), vote(commands, 'a')];
	commands.settle('a', { ok: true, result: undefined });
	expect(await Promise.all(tries)).toEqual([
		{ ok: true, result: undefined },
		{ ok: true, result: undefined },
	]);
	expect(commands.size).toBe(0);
});

test('a command without an answer is given up, and it is not claimed that nothing was saved', async () => {
	const { commands } = line();
	const answer = vote(commands, 'a', 1_000);
	commands.giveUpOld(1_000 + giveUpAfterMs);
	expect(commands.size).toBe(1);
	commands.giveUpOld(1_001 + giveUpAfterMs);
	expect(await answer).toMatchObject({ ok: false, code: 'unanswered' });
});

test('nobody waits for a look for similar questions', () => {
	const { commands } = line();
	void commands.add('a', 'question:similar', {}, 0);
	expect(commands.size).toBe(0);
});
