// People and roles on a real database: granting, taking away, inviting, the first admin; each noted in the audit.
import { and, desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '#config';
import { readAudit } from '#db/audit.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import {
	acceptInvitation,
	invite,
	listInvitations,
	readInvitation,
	withdrawInvitation,
} from '#db/invitations.ts';
import {
	addDemoPerson,
	demoPassword,
	endSessionsOf,
	grantRole,
	listPeople,
	makeFirstAdmin,
	resetSecondFactor,
	revokeRole,
} from '#db/people.ts';
import { askQuestion } from '#db/questions.ts';
import { audit, invitations, mails, people, personRoles, secondFactors, sessions } from '#db/schema/index.ts';
import { identify } from '#db/sessions.ts';
import { signInByPassword } from '#db/signIn.ts';
import { nobody, type Role } from '#domain/people.ts';
import { ada, dana, guest, liveMeeting, maria, sam, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';
import { signedInBrowser, testConfig } from '#tests/signedIn.ts';

const config = testConfig();
let url: string;
let db: Database;

beforeAll(async () => {
	url = await testDatabase();
	db = openDatabase(url);
	await settle(db);
});
afterAll(() => closeDatabase(db));

const rolesOf = async (personId: string) =>
	(await db.select().from(personRoles).where(eq(personRoles.personId, personId)))
		.map(({ role }) => role)
		.sort();
const notesOn = async (subject: string) =>
	(await db.select().from(audit).where(eq(audit.subject, subject)).orderBy(audit.id)).map(
		({ verb, personId, detail }) => ({ verb, personId, detail }),
	);

/** Everybody who is no admin, and what they are told. */
const wrongPeople = [
	[nobody, 'sign-in-needed'],
	[guest('ann'), 'sign-in-needed'],
	[maria, 'forbidden'],
	[dana, 'forbidden'],
	[sam, 'forbidden'],
] as const;

describe('roles', () => {
	test('are given by an admin; a second time changes nothing', async () => {
		await grantRole(db, ada, { personId: 'tom', role: 'staff' });
		await grantRole(db, ada, { personId: 'tom', role: 'staff' });
		expect(await rolesOf('tom')).toEqual(['staff']);
		expect(await notesOn('person:tom')).toEqual([
			{ verb: 'person:grant', personId: 'ada', detail: { role: 'staff' } },
		]);
	});

	test('are taken away by an admin; a second time changes nothing', async () => {
		await grantRole(db, ada, { personId: 'maria', role: 'moderator' });
		await revokeRole(db, ada, { personId: 'maria', role: 'moderator' });
		await revokeRole(db, ada, { personId: 'maria', role: 'moderator' });
		expect(await rolesOf('maria')).toEqual([]);
		expect((await notesOn('person:maria')).map(({ verb }) => verb)).toEqual([
			'person:grant',
			'person:revoke',
		]);
	});

	test.each(wrongPeople)('are not given or taken by anybody else (%#)', async (actor, code) => {
		await expect(grantRole(db, actor, { personId: 'maria', role: 'admin' })).rejects.toMatchObject({ code });
		await expect(revokeRole(db, actor, { personId: 'ada', role: 'admin' })).rejects.toMatchObject({ code });
		await expect(listPeople(db, actor, {})).rejects.toMatchObject({ code });
		await expect(readAudit(db, actor)).rejects.toMatchObject({ code });
	});

	test('that do not exist, and people who do not, are refused', async () => {
		await expect(grantRole(db, ada, { personId: 'maria', role: 'mayor' as Role })).rejects.toMatchObject({
			code: 'bad-input',
		});
		await expect(grantRole(db, ada, { personId: 'nobody', role: 'staff' })).rejects.toMatchObject({
			code: 'not-found',
		});
	});

	test('the last admin keeps theirs, also when two take it from each other at the same time', async () => {
		await expect(revokeRole(db, ada, { personId: 'ada', role: 'admin' })).rejects.toMatchObject({
			code: 'last-admin',
		});
		await grantRole(db, ada, { personId: 'tom', role: 'admin' });
		const both = await Promise.allSettled([
			revokeRole(db, ada, { personId: 'tom', role: 'admin' }),
			revokeRole(
				db,
				{ ...tom, account: { ...tom.account!, roles: ['admin'] } },
				{ personId: 'ada', role: 'admin' },
			),
		]);
		expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		expect(await db.select().from(personRoles).where(eq(personRoles.role, 'admin'))).toHaveLength(1);
		await db.insert(personRoles).values({ personId: 'ada', role: 'admin' }).onConflictDoNothing();
		await db.delete(personRoles).where(and(eq(personRoles.personId, 'tom'), eq(personRoles.role, 'admin')));
	});

	test('take effect on the next look at a session', async () => {
		const cookie = await signedInBrowser(db, config, sam);
		expect((await identify(db, config, cookie)).account?.roles).toEqual(['staff']);
		await revokeRole(db, ada, { personId: 'sam', role: 'staff' });
		expect((await identify(db, config, cookie)).account?.roles).toEqual([]);
		await grantRole(db, ada, { personId: 'sam', role: 'staff' });
		expect((await identify(db, config, cookie)).account?.roles).toEqual(['staff']);
	});
});

describe('an admin', () => {
	test('signs somebody out everywhere; a second time changes nothing', async () => {
		const cookies = [await signedInBrowser(db, config, dana), await signedInBrowser(db, config, dana)];
		await endSessionsOf(db, ada, { personId: 'dana' });
		await endSessionsOf(db, ada, { personId: 'dana' });
		for (const cookie of cookies) expect((await identify(db, config, cookie)).account).toBeNull();
		expect((await notesOn('person:dana')).map(({ verb }) => verb)).toEqual(['person:sign-out']);
	});

	test('sees on how many devices somebody is signed in', async () => {
		const seen = async () => (await listPeople(db, ada, { search: 'maria@' })).people[0]!.sessions;
		const before = await seen();
		await signedInBrowser(db, config, maria);
		await signedInBrowser(db, config, maria);
		expect(await seen()).toBe(before + 2);
	});

	test.each(wrongPeople)('alone does that, and resets a second factor (%#)', async (actor, code) => {
		await expect(endSessionsOf(db, actor, { personId: 'ada' })).rejects.toMatchObject({ code });
		await expect(resetSecondFactor(db, actor, { personId: 'ada' })).rejects.toMatchObject({ code });
	});

	test('resets the second factor of a lost phone; a second time changes nothing', async () => {
		await db.insert(secondFactors).values({ id: 'of-sam', userId: 'sam', secret: 'x', backupCodes: 'x' });
		const cookie = await signedInBrowser(db, config, sam);
		await resetSecondFactor(db, ada, { personId: 'sam' });
		await resetSecondFactor(db, ada, { personId: 'sam' });
		expect((await identify(db, config, cookie)).account).toBeNull();
		expect(await db.select().from(secondFactors)).toEqual([]);
		expect(
			(await notesOn('person:sam')).filter(({ verb }) => verb === 'person:reset-second-factor'),
		).toHaveLength(1);
	});

	test('finds people by a part of the name or the address, signs and all', async () => {
		const found = async (search: string) =>
			(await listPeople(db, ada, { search })).people.map(({ id }) => id);
		expect(await found('ortega')).toEqual(['maria']);
		expect(await found('TOM@')).toEqual(['tom']);
		expect(await found('%')).toEqual([]);
		expect((await listPeople(db, ada, {})).people.find(({ id }) => id === 'dana')).toMatchObject({
			roles: ['moderator'],
			email: 'dana@example.org',
		});
	});
});

describe('an invitation', () => {
	const letter = (token: string) => ({ subject: 'You are invited', text: token, html: token });
	const details = { name: 'Nora Novak', password: 'four words in a row' };

	async function invited(email: string, roles: Role[] = ['staff']): Promise<string> {
		await invite(db, ada, { email, roles }, letter);
		const [mail] = await db
			.select()
			.from(mails)
			.where(eq(mails.recipient, email))
			.orderBy(desc(mails.writtenAt))
			.limit(1);
		return mail!.text;
	}

	test('makes an account whose roles wait for the second factor', async () => {
		const token = await invited('nora@example.org', ['staff', 'moderator']);
		await acceptInvitation(db, config, nobody, { token, ...details });
		const { cookies } = await signInByPassword(db, config, {
			email: 'nora@example.org',
			password: details.password,
		});
		const cookie = cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value ?? '')}`).join('; ');
		const { account } = await identify(db, config, cookie);
		expect(account).toMatchObject({ name: 'Nora Novak', roles: [], needsSecondFactor: true });
		expect(await rolesOf(account!.id)).toEqual(['moderator', 'staff']);
		expect(await notesOn(`person:${account!.id}`)).toMatchObject([
			{ verb: 'person:accept-invitation', detail: { invitedBy: 'ada' } },
		]);
	});

	test('works once', async () => {
		const token = await invited('olga@example.org');
		const both = await Promise.allSettled([
			acceptInvitation(db, config, nobody, { token, ...details }),
			acceptInvitation(db, config, nobody, { token, ...details, name: 'Somebody else' }),
		]);
		expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		await expect(acceptInvitation(db, config, nobody, { token, ...details })).rejects.toMatchObject({
			code: 'invitation-gone',
		});
		await expect(readInvitation(db, token)).rejects.toMatchObject({ code: 'invitation-gone' });
	});

	test('is no good once it is withdrawn, too old, replaced by another, or made up', async () => {
		const withdrawn = await invited('otto@example.org');
		const [open] = await listInvitations(db, ada);
		await withdrawInvitation(db, ada, { invitationId: open!.id });
		await withdrawInvitation(db, ada, { invitationId: open!.id });
		expect((await notesOn(`invitation:${open!.id}`)).map(({ verb }) => verb)).toEqual([
			'person:invite',
			'person:withdraw-invitation',
		]);

		const old = await invited('otto@example.org');
		await db.update(invitations).set({ expiresAt: new Date(Date.now() - 1_000) });
		const replaced = await invited('otto@example.org');
		await invited('otto@example.org');
		for (const token of [withdrawn, old, replaced, 'made-up'])
			await expect(acceptInvitation(db, config, nobody, { token, ...details })).rejects.toMatchObject({
				code: 'invitation-gone',
			});
		expect(await db.select().from(people).where(eq(people.email, 'otto@example.org'))).toEqual([]);
	});

	test('gives an existing account its roles, and nobody a way into it', async () => {
		const token = await invited('tom@example.org', ['moderator']);
		await acceptInvitation(db, config, nobody, { token, ...details });
		expect(await rolesOf('tom')).toContain('moderator');
		expect(await db.select().from(people).where(eq(people.id, 'tom'))).toMatchObject([
			{ name: 'Tom Becker' },
		]);
		await expect(
			signInByPassword(db, config, { email: 'tom@example.org', password: details.password }),
		).rejects.toMatchObject({ code: 'sign-in-wrong' });
	});

	test.each(wrongPeople)('comes from an admin only (%#)', async (actor, code) => {
		await expect(
			invite(db, actor, { email: 'x@example.org', roles: ['admin'] }, letter),
		).rejects.toMatchObject({ code });
		await expect(withdrawInvitation(db, actor, { invitationId: crypto.randomUUID() })).rejects.toMatchObject({
			code,
		});
		await expect(listInvitations(db, actor)).rejects.toMatchObject({ code });
	});

	test('needs an address, a role, a name and a password that is long enough', async () => {
		await expect(invite(db, ada, { email: 'nobody', roles: ['staff'] }, letter)).rejects.toMatchObject({
			code: 'bad-input',
			field: 'email',
		});
		await expect(invite(db, ada, { email: 'p@example.org', roles: [] }, letter)).rejects.toMatchObject({
			code: 'bad-input',
			field: 'roles',
		});
		const token = await invited('pavel@example.org');
		await expect(
			acceptInvitation(db, config, nobody, { token, name: ' ', password: details.password }),
		).rejects.toMatchObject({ code: 'bad-input', field: 'name' });
		await expect(
			acceptInvitation(db, config, nobody, { token, name: 'Pavel', password: 'short' }),
		).rejects.toMatchObject({ code: 'bad-input', field: 'password' });
	});
});

test('an account without a name asks anonymously, never under an empty name', async () => {
	const meeting = await liveMeeting(db);
	const newcomer = { ...maria, account: { ...maria.account!, name: '' } };
	const question = { meetingId: meeting.id, text: 'When is the park lit again?' };
	await expect(askQuestion(db, newcomer, { ...question, anonymous: false })).rejects.toMatchObject({
		code: 'name-needed',
	});
	await expect(askQuestion(db, newcomer, { ...question, anonymous: true })).resolves.toBeDefined();
});

test('the first admin is made once; another one only by force', async () => {
	const empty = openDatabase(await testDatabase());
	const both = await Promise.all([
		makeFirstAdmin(empty, 'Chief@Example.gov'),
		makeFirstAdmin(empty, 'clerk@example.gov'),
	]);
	expect(both.filter((id) => id !== null)).toHaveLength(1);
	expect(await makeFirstAdmin(empty, 'clerk@example.gov')).toBeNull();
	expect(await makeFirstAdmin(empty, 'mayor@example.gov', true)).not.toBeNull();
	expect(await empty.select().from(personRoles).where(eq(personRoles.role, 'admin'))).toHaveLength(2);
	await closeDatabase(empty);
});

test('people of the demo town use their roles at once, but only in the demo town', async () => {
	const demoTown = readConfig({ SECRET: config.SECRET, DEMO: '1' });
	const empty = openDatabase(await testDatabase());
	const mia = { name: 'Mia', email: 'mia@example.org', roles: ['moderator'] as Role[] };
	await addDemoPerson(empty, demoTown, mia);
	const { cookies } = await signInByPassword(empty, demoTown, { email: mia.email, password: demoPassword });
	const cookie = cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value ?? '')}`).join('; ');
	expect((await identify(empty, demoTown, cookie)).account).toMatchObject({ roles: ['moderator'] });
	for (const city of [
		readConfig({ SECRET: config.SECRET, DEMO: '1', DATABASE_URL: url }),
		readConfig({ SECRET: config.SECRET }),
	])
		expect((await identify(empty, city, cookie)).account).toMatchObject({
			roles: [],
			needsSecondFactor: true,
		});
	await expect(addDemoPerson(empty, readConfig({ DEMO: '1', DATABASE_URL: url }), mia)).rejects.toThrow(
		'demo town',
	);
	await closeDatabase(empty);
	expect(await db.select().from(sessions).where(eq(sessions.userId, 'mia'))).toEqual([]);
});
