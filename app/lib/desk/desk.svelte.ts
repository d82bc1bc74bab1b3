// One moderator's desk: what they look at, what is selected, and what becomes of their acts. Talks to the server through the hall's line.
import {
	bulkDeeds,
	canDo,
	claimantOf,
	deskDeeds,
	labelsIn,
	queueOf,
	sectionCounts,
	sectionOf,
	type DeskBlock,
	type DeskDeed,
	type DeskLook,
	type DeskSection,
} from '#domain/desk.ts';
import type { Acknowledged, Change, CommandName, Commands, RoomEvent } from '#domain/events.ts';
import type { DeskQuestion, Order } from '#domain/questions.ts';
import type { HallLine } from '#lib/hall/connection.svelte.ts';
import { m } from '#lib/paraglide/messages.js';
import { announce } from '#lib/ui/announce.svelte.ts';
import { dismiss, toast } from '#lib/ui/toasts.svelte.ts';
import { changeWords, refusalWord, stateNames, wordFor, type Word } from './words.ts';

/** What is asked for before an act: about these questions. */
export type Asking = { deed: DeskDeed; questions: DeskQuestion[] };

const defaultOrder: Record<DeskSection, Order> = {
	waiting: 'oldest',
	published: 'top',
	'on-air': 'top',
	answered: 'newest',
	later: 'oldest',
	declined: 'newest',
	merged: 'newest',
};
/** As many as the server takes at once. */
const mostAtOnce = 200;
const claimedBy: readonly DeskDeed[] = ['decline', 'answer-in-writing', 'merge'];

export class Desk {
	readonly line: HallLine;
	readonly #me: string;

	section = $state<DeskSection>('waiting');
	search = $state('');
	filter = $state('');
	withAccountOnly = $state(false);
	#orders = $state<Partial<Record<DeskSection, Order>>>({});
	/** The row that has the focus, or would get it. */
	currentId = $state<string | null>(null);
	selected = $state.raw<ReadonlySet<string>>(new Set());
	asking = $state.raw<Asking | null>(null);
	look = $state.raw<DeskLook | null>(null);
	/** Why the last act was not done. */
	conflict = $state<string | null>(null);
	/** What another moderator has done last. */
	news = $state<string | null>(null);
	/** Milliseconds since 1970; moves on by itself so that claims lapse. */
	now = $state(Date.now());
	/** Called when the focus belongs in the list again. */
	onreturn: () => void = () => {};
	/** Questions that this moderator has just sent elsewhere: they leave at once, not when the event says so. */
	#leaving = $state.raw<ReadonlySet<string>>(new Set());
	#toast: number | null = null;
	#remembered = new Map<DeskSection, string | null>();

	readonly questions = $derived.by(() => this.line.hall.desk ?? []);
	readonly meeting = $derived.by(() => this.line.hall.meeting);
	readonly counts = $derived.by(() => sectionCounts(this.questions));
	readonly labels = $derived.by(() => labelsIn(this.questions));
	readonly onAir = $derived.by(() => this.questions.find(({ state }) => state === 'on-air') ?? null);
	readonly blockedCount = $derived(this.look?.blocks.length ?? 0);
	readonly order = $derived.by(() => this.#orders[this.section] ?? defaultOrder[this.section]);
	readonly rows = $derived.by(() =>
		queueOf(
			this.#leaving.size > 0 ? this.questions.filter(({ id }) => !this.#leaving.has(id)) : this.questions,
			{
				section: this.section,
				order: this.order,
				search: this.search,
				filter: this.filter,
				withAccountOnly: this.withAccountOnly,
				keep: this.currentId,
			},
			this.now,
		),
	);
	readonly current = $derived.by(
		() => this.rows.find(({ id }) => id === this.currentId) ?? this.rows[0] ?? null,
	);
	/** The selected questions that are still there to be acted on. */
	readonly selection = $derived.by(() => this.questions.filter(({ id }) => this.selected.has(id)));
	/** What can be done with the selection, else with the current question. */
	readonly possible = $derived.by(() => deskDeeds.filter((deed) => this.#isPossible(deed)));

	constructor(line: HallLine, me: string) {
		this.line = line;
		this.#me = me;
	}

	/** Listens to what others do, and lets claims lapse. @returns stops it */
	open(): () => void {
		const stop = this.line.listen((event) => this.#hear(event));
		const ticking = setInterval(() => (this.now = Date.now()), 5_000);
		const looking = setInterval(() => void this.lookAround(), 30_000);
		void this.lookAround();
		return () => {
			stop();
			clearInterval(ticking);
			clearInterval(looking);
		};
	}

	/** Asks for attendance, blocks and suspect votes. */
	async lookAround(): Promise<void> {
		const answer = await this.line.send('desk:look', { meetingId: this.meeting.id });
		if (answer.ok) this.look = answer.result;
	}

	show(section: DeskSection): void {
		if (section === this.section) return;
		this.#remembered.set(this.section, this.currentId);
		this.section = section;
		this.selected = new Set();
		const before = this.questions.find(({ id }) => id === this.#remembered.get(section));
		this.currentId = before && sectionOf(before) === section ? before.id : null;
	}

	/** Narrows the queue down; the row that was kept is let go. */
	narrow(to: { search?: string; filter?: string }): void {
		this.search = to.search ?? this.search;
		this.filter = to.filter ?? this.filter;
		this.currentId = null;
	}

	sortBy(order: Order): void {
		this.#orders[this.section] = order;
	}

	/** Moves to a row: `by` rows down (up where negative), stopping at the ends. `select` takes the new one into the selection. */
	move(by: number, select = false): void {
		const { rows, current } = this;
		if (!current) return;
		const at = Math.min(rows.length - 1, Math.max(0, rows.indexOf(current) + by));
		if (select) this.#selectAlso([current.id, rows[at]!.id]);
		this.currentId = rows[at]!.id;
		this.conflict = null;
	}

	toggle(id: string): void {
		const selected = new Set(this.selected);
		if (!selected.delete(id)) selected.add(id);
		this.selected = selected;
		announce(m.queue_selected({ count: selected.size }), { topic: 'selection' });
	}

	selectShown(): void {
		this.#selectAlso(this.rows.slice(0, mostAtOnce).map(({ id }) => id));
	}

	clearSelection(): void {
		this.selected = new Set();
	}

	claimant(question: DeskQuestion): string | null {
		return claimantOf(question, this.now);
	}

	isMine(question: DeskQuestion): boolean {
		return this.claimant(question) === this.#me;
	}

	/** How many votes a row shows. */
	votes(question: DeskQuestion): number {
		return (this.withAccountOnly ? question.votesWithAccount : question.votes) ?? 0;
	}

	freshVotes(question: DeskQuestion): number {
		return this.look?.freshVotes.find(({ questionId }) => questionId === question.id)?.fresh ?? 0;
	}

	/** Does a deed, or asks for what it needs first. Says so when it is not possible. */
	start(deed: DeskDeed): void {
		const questions = this.#subjects(deed);
		if (questions.length === 0) return;
		if (!this.#isPossible(deed)) {
			this.conflict = m.queue_not_possible({
				what: nameOf(questions),
				state: stateNames[questions[0]!.state](),
			});
			announce(this.conflict, { topic: 'conflict' });
			return;
		}
		const [question] = questions as [DeskQuestion];
		if (deed === 'block' && question.authorBlocked) return void this.lift(question);
		if (['decline', 'answer-in-writing', 'merge', 'label', 'defer', 'block'].includes(deed)) {
			this.asking = { deed, questions };
			if (claimedBy.includes(deed) && questions.length === 1) void this.#claimQuietly(question, true);
			return;
		}
		void this.#doAtOnce(deed, questions);
	}

	/** The sheet was closed without an act. */
	dropAsking(): void {
		const { asking } = this;
		this.asking = null;
		if (!asking) return;
		const [question] = asking.questions;
		if (claimedBy.includes(asking.deed) && question && asking.questions.length === 1)
			void this.#claimQuietly(question, false);
		this.onreturn();
	}

	decline(input: Pick<Commands['question:act']['input'], 'reason' | 'note'>): Promise<void> {
		return this.#act('decline', 'declined', input);
	}

	answer(answer: string): Promise<void> {
		return this.#act('answer-in-writing', 'answered', { answer });
	}

	defer(due: string): Promise<void> {
		return this.#act('defer', 'deferred', { due });
	}

	merge(into: DeskQuestion): Promise<void> {
		const questions = this.#asked();
		const input = { questionIds: questions.map(({ id }) => id), into: into.id };
		return this.#finish(questions, 'merged', 'question:merge', input);
	}

	label(labels: string[]): Promise<void> {
		const [question] = this.#asked();
		if (!question) return Promise.resolve();
		return this.#finish([question], 'labelled', 'question:label', { questionId: question.id, labels }, true);
	}

	async block(input: Omit<Commands['question:block']['input'], 'questionId'>): Promise<void> {
		const [question] = this.#asked();
		if (!question) return;
		await this.#finish([question], 'blocked', 'question:block', { questionId: question.id, ...input }, true);
		await this.lookAround();
	}

	lift({ id, number }: Pick<DeskQuestion, 'id' | 'number'>): Promise<void> {
		return this.liftBlock({ questionId: id, speakerId: null, number, text: '' });
	}

	async liftBlock({
		questionId,
		speakerId,
		number,
		text,
	}: Pick<DeskBlock, 'questionId' | 'speakerId' | 'number' | 'text'>): Promise<void> {
		const answer = questionId
			? await this.line.send('question:unblock', { questionId })
			: await this.line.send('stage:unblock', { speakerId: speakerId! });
		if (!answer.ok) return this.#refused(answer.code);
		// What is lifted of a question can be undone at the desk.
		this.#tell(m.queue_done_lifted({ what: number ? `#${number}` : text }), number !== null);
		await this.lookAround();
	}

	/** Takes back this moderator's own last act. */
	async undo(): Promise<void> {
		const answer = await this.line.send('question:undo', { meetingId: this.meeting.id });
		if (!answer.ok) return this.#refused(answer.code);
		const { questionIds } = answer.result;
		const questions = this.questions.filter(({ id }) => questionIds.includes(id));
		this.#tell(m.queue_done_undone({ what: nameOf(questions) }), false);
		this.conflict = null;
		if (questions[0]) this.currentId = questions[0].id;
		this.onreturn();
		await this.lookAround();
	}

	/** Sends what is no question's act: switches, going live, ending. @returns whether it was done */
	async run<C extends CommandName>(name: C, input: Commands[C]['input']): Promise<boolean> {
		const answer = await this.line.send(name, input);
		if (!answer.ok) this.#refused(answer.code);
		return answer.ok;
	}

	async #doAtOnce(deed: DeskDeed, questions: DeskQuestion[]): Promise<void> {
		const [question] = questions as [DeskQuestion];
		const questionId = question.id;
		switch (deed) {
			case 'pin': {
				const pinned = !question.pinned;
				return this.#finish(
					[question],
					pinned ? 'pinned' : 'unpinned',
					'question:pin',
					{ questionId, pinned },
					true,
				);
			}
			case 'freeze': {
				const frozen = !question.votesFrozen;
				return this.#finish(
					[question],
					frozen ? 'frozen' : 'thawed',
					'question:freeze',
					{ questionId, frozen },
					true,
				);
			}
			case 'set-aside': {
				const aside = question.votesAside === 0;
				const word = aside ? 'set-aside' : 'counted-again';
				return this.#finish([question], word, 'question:set-aside', { questionId, aside }, true);
			}
			case 'capture':
				return this.#finish([question], 'captured', 'question:capture', { questionId }, true);
			case 'to-board': {
				const card = { meetingId: this.meeting.id, kind: 'question' as const, id: questionId };
				return this.#finish([question], 'on-board', 'card:capture', card, true);
			}
			case 'unmerge':
				return this.#finish([question], 'unmerged', 'question:unmerge', { questionId });
			case 'claim':
				return this.#claim(question);
			default:
				this.asking = { deed, questions };
				return this.#act(deed as Commands['question:act']['input']['act'], changeOf[deed] ?? 'published', {});
		}
	}

	#act(
		act: Commands['question:act']['input']['act'],
		change: Change,
		input: Omit<Commands['question:act']['input'], 'questionIds' | 'act'>,
	): Promise<void> {
		const questions = this.#asked();
		const questionIds = questions.map(({ id }) => id);
		return this.#finish(questions, change, 'question:act', { questionIds, act, ...input });
	}

	/** Sends an act; afterwards the focus is on the next row, or stays where the question stays in its section. */
	async #finish<C extends CommandName>(
		questions: DeskQuestion[],
		change: Word,
		name: C,
		input: Commands[C]['input'],
		stays = false,
	): Promise<void> {
		const order = this.rows.map(({ id }) => id);
		const answer = await this.line.send(name, input);
		if (!answer.ok) return this.#refused(answer.code, questions);
		this.conflict = null;
		this.clearSelection();
		if (!stays) this.#goOn(order, questions);
		// A card on the board is no act of the queue: its undo would take back another.
		this.#tell(this.#wordOf(change, questions, answer), change !== 'on-board');
		this.onreturn();
	}

	#wordOf(change: Word, questions: DeskQuestion[], answer: Acknowledged<unknown>): string {
		const what = nameOf(questions);
		const { result } = answer as { result?: { number?: string } };
		if (change === 'captured' && result?.number)
			return m.queue_done_captured_as({ what, number: result.number });
		return changeWords[change]?.({ what }) ?? '';
	}

	/** The next row that was not acted on, else the one before. */
	#goOn(order: string[], questions: DeskQuestion[]): void {
		const acted = new Set(questions.map(({ id }) => id));
		const from = Math.max(0, order.indexOf(this.current?.id ?? ''));
		const states = new Map(questions.map(({ id, state }) => [id, state]));
		const isAsSent = (one: DeskQuestion) => states.get(one.id) === one.state;
		this.#leaving = new Set([...this.#leaving, ...this.questions.filter(isAsSent).map(({ id }) => id)]);
		const there = new Set(this.rows.map(({ id }) => id));
		const isLeft = (id: string) => !acted.has(id) && there.has(id);
		this.currentId = order.slice(from).find(isLeft) ?? order.slice(0, from).findLast(isLeft) ?? null;
	}

	/** Takes the questions of the open sheet and closes it. */
	#asked(): DeskQuestion[] {
		const questions = this.asking?.questions ?? [];
		this.asking = null;
		return questions;
	}

	async #claim(question: DeskQuestion): Promise<void> {
		const claimed = !this.isMine(question);
		const answer = await this.line.send('question:claim', { questionId: question.id, claimed });
		if (!answer.ok) this.#refused(answer.code, [question]);
	}

	// A sheet that opens shows the others who is at it; that somebody else is does not forbid the act.
	async #claimQuietly(question: DeskQuestion, claimed: boolean): Promise<void> {
		if (!['scheduled', 'live'].includes(this.meeting.state)) return;
		await this.line.send('question:claim', { questionId: question.id, claimed });
	}

	#refused(code: string, questions: DeskQuestion[] = []): void {
		const now = this.questions.filter(({ id }) => questions.some((question) => question.id === id));
		this.conflict =
			code === 'question-state' && now.length > 0
				? m.queue_conflict({ what: nameOf(now), state: stateNames[now[0]!.state]() })
				: refusalWord(code);
		announce(this.conflict, { topic: 'conflict' });
		this.onreturn();
	}

	#tell(text: string, isUndoable = true): void {
		if (this.#toast !== null) dismiss(this.#toast);
		this.#toast = toast({ text, undo: isUndoable ? () => this.undo() : undefined });
	}

	#hear(event: RoomEvent): void {
		if (event.type === 'desk:flagged') {
			const question = this.questions.find(({ id }) => id === event.payload.questionId);
			announce(m.queue_news_flagged({ what: nameOf(question ? [question] : []) }), { topic: 'flagged' });
			void this.lookAround();
		}
		if (event.type !== 'desk:question') return;
		const { change, by, question } = event.payload;
		if (this.#leaving.has(question.id) && change !== 'claimed')
			this.#leaving = new Set([...this.#leaving].filter((id) => id !== question.id));
		if (change === 'asked')
			announce(m.queue_news_asked({ count: 1 }), {
				topic: 'asked',
				summary: (count) => m.queue_news_asked({ count }),
			});
		if (by === null || by === this.#me) return;
		const words = changeWords[wordFor(change, question)]?.({ what: nameOf([question]) });
		if (!words) return;
		this.news = m.queue_news_by({ name: by, what: words });
		announce(this.news, { topic: 'desk', summary: (count) => m.queue_news_many({ count }) });
		if (change === 'blocked') void this.lookAround();
	}

	#subjects(deed: DeskDeed): DeskQuestion[] {
		if (this.selection.length > 0 && bulkDeeds.includes(deed)) return this.selection.slice(0, mostAtOnce);
		return this.current ? [this.current] : [];
	}

	#isPossible(deed: DeskDeed): boolean {
		const questions = this.#subjects(deed);
		return questions.length > 0 && questions.every((question) => canDo(deed, question, this.meeting.state));
	}

	#selectAlso(ids: string[]): void {
		this.selected = new Set([...this.selected, ...ids]);
		announce(m.queue_selected({ count: this.selected.size }), { topic: 'selection' });
	}
}

const changeOf: Partial<Record<DeskDeed, Change>> = {
	publish: 'published',
	hold: 'held',
	'put-on-air': 'on-air',
	'take-off-air': 'off-air',
	'answer-live': 'answered',
	reopen: 'reopened',
	'carry-over': 'carried-over',
	'leave-unanswered': 'unanswered',
};

/** "#12", or "3 questions". */
export function nameOf(questions: readonly Pick<DeskQuestion, 'number'>[]): string {
	return questions.length === 1 ? `#${questions[0]!.number}` : m.queue_questions({ count: questions.length });
}
