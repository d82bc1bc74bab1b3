// Accounts, their sessions and roles. Tables of better-auth carry our names; it never gets an address or a user agent to keep.
import { sql } from 'drizzle-orm';
import {
	boolean,
	check,
	index,
	integer,
	pgTable,
	primaryKey,
	text,
	timestamp,
	unique,
	uuid,
} from 'drizzle-orm/pg-core';
import { roles } from '../../domain/people.ts';
import { oneOf } from './checks.ts';

const createdAt = timestamp({ withTimezone: true }).notNull().defaultNow();
const updatedAt = timestamp({ withTimezone: true }).notNull().defaultNow();

/** better-auth's `user`. */
export const people = pgTable(
	'people',
	{
		id: text().primaryKey(),
		name: text().notNull(),
		email: text().notNull().unique(),
		emailVerified: boolean().notNull().default(false),
		image: text(),
		twoFactorEnabled: boolean().notNull().default(false),
		/** Somebody of the demo town: may use roles without a second factor, but only where the demo town is shown. */
		demo: boolean().notNull().default(false),
		createdAt,
		updatedAt,
	},
	(table) => [check('people_email_small_letters', sql`${table.email} = lower(${table.email})`)],
);

/** better-auth's `session`. It insists on the two last columns; the database makes sure that they stay empty. */
export const sessions = pgTable(
	'sessions',
	{
		id: text().primaryKey(),
		token: text().notNull().unique(),
		userId: text()
			.notNull()
			.references(() => people.id, { onDelete: 'cascade' }),
		expiresAt: timestamp({ withTimezone: true }).notNull(),
		/** When a code of the second factor was given for this session; roles need it. */
		secondFactorAt: timestamp({ withTimezone: true }),
		createdAt,
		updatedAt,
		ipAddress: text(),
		userAgent: text(),
	},
	(table) => [
		index().on(table.userId),
		check(
			'sessions_say_nothing_of_the_device',
			sql`${table.ipAddress} is null and ${table.userAgent} is null`,
		),
	],
);

/** better-auth's `account`: how somebody proves who they are (password). */
export const credentials = pgTable(
	'credentials',
	{
		id: text().primaryKey(),
		accountId: text().notNull(),
		providerId: text().notNull(),
		userId: text()
			.notNull()
			.references(() => people.id, { onDelete: 'cascade' }),
		accessToken: text(),
		refreshToken: text(),
		idToken: text(),
		accessTokenExpiresAt: timestamp({ withTimezone: true }),
		refreshTokenExpiresAt: timestamp({ withTimezone: true }),
		scope: text(),
		password: text(),
		createdAt,
		updatedAt,
	},
	(table) => [unique().on(table.userId, table.providerId)],
);

/** better-auth's `verification`: magic links and resets, by digest. */
export const verifications = pgTable(
	'verifications',
	{
		id: text().primaryKey(),
		identifier: text().notNull(),
		value: text().notNull(),
		expiresAt: timestamp({ withTimezone: true }).notNull(),
		createdAt,
		updatedAt,
	},
	(table) => [index().on(table.identifier)],
);

/** better-auth's `twoFactor`: TOTP secret and backup codes, encrypted with SECRET. */
export const secondFactors = pgTable('second_factors', {
	id: text().primaryKey(),
	secret: text().notNull(),
	backupCodes: text().notNull(),
	userId: text()
		.notNull()
		.unique()
		.references(() => people.id, { onDelete: 'cascade' }),
	/** False until the first code has shown that the authenticator app has the secret. */
	verified: boolean().default(true),
	failedVerificationCount: integer().default(0),
	lockedUntil: timestamp({ withTimezone: true }),
});

/** Codes that were given: none counts twice. Kept for minutes, while a code could still be valid. */
export const usedCodes = pgTable(
	'used_codes',
	{
		personId: text()
			.notNull()
			.references(() => people.id, { onDelete: 'cascade' }),
		code: text().notNull(),
		usedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [primaryKey({ columns: [table.personId, table.code] })],
);

export const personRoles = pgTable(
	'person_roles',
	{
		personId: text()
			.notNull()
			.references(() => people.id, { onDelete: 'cascade' }),
		role: text({ enum: roles }).notNull(),
		grantedBy: text(),
		grantedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [
		primaryKey({ columns: [table.personId, table.role] }),
		check('person_roles_role', oneOf(table.role, roles)),
	],
);

export const invitations = pgTable('invitations', {
	id: uuid().primaryKey().defaultRandom(),
	email: text().notNull(),
	roles: text({ enum: roles }).array().notNull(),
	/** SHA-256 of the token in the link. */
	tokenDigest: text().notNull().unique(),
	invitedBy: text().references(() => people.id, { onDelete: 'set null' }),
	invitedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
	expiresAt: timestamp({ withTimezone: true }).notNull(),
	acceptedBy: text().references(() => people.id, { onDelete: 'set null' }),
	acceptedAt: timestamp({ withTimezone: true }),
	withdrawnAt: timestamp({ withTimezone: true }),
});
