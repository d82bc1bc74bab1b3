// The page docs/permissions.md, made from the policy (scripts/docs.ts writes it).
import { can, verbs, type Verb } from '#domain/policy.ts';
import { nobody, roles, type Actor, type Role } from '#domain/people.ts';

const withRoles = (...held: Role[]): Actor => ({
	guest: 'g',
	account: { id: 'a', name: 'A', email: 'a@example.org', roles: held },
});
const people: [string, Actor][] = [
	['visitor', nobody],
	['guest', { guest: 'g', account: null }],
	['resident', withRoles()],
	...roles.map((role): [string, Actor] => [role, withRoles(role)]),
];
const asks = can as (actor: Actor, verb: Verb, subject: unknown) => boolean;
const best = { state: 'live', blocked: false, own: true, visibility: 'public' };
const worst = { state: 'draft', blocked: true, own: false, visibility: 'internal' };

/** The page: a row per verb, a column per kind of person. */
export function permissionsPage(): string {
	const row = (verb: Verb) => `| \`${verb}\` | ${people.map(([, actor]) => mark(actor, verb)).join(' | ')} |`;
	return [
		'# Who may do what',
		'',
		'Generated from `domain/policy.ts` by `npm run docs`; a test keeps it true.',
		'',
		`| | ${people.map(([name]) => name).join(' | ')} |`,
		`| --- | ${people.map(() => ':-:').join(' | ')} |`,
		...verbs.map(row),
		'',
		'● always · ○ depending on the thing: not in a draft, not when blocked in the meeting, only one’s own · empty: never.',
		'A *visitor* has no cookie yet; a *guest* is a browser with a guest identity; a *resident* has an account without a role.',
		'A person may hold several roles.',
		'',
	].join('\n');
}

function mark(actor: Actor, verb: Verb): string {
	if (!asks(actor, verb, best)) return '';
	return asks(actor, verb, worst) ? '●' : '○';
}
