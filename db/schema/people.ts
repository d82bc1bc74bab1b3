// Accounts, their sessions and roles. Tables of better-auth carry our names; it never gets an address or a user agent to keep.
import { boolean, check, index, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { roles } from '../../domain/people.ts';
import { oneOf } from './checks.ts';

const createdAt = timestamp({ withTimezone: true }).notNull().defaultNow();
const updatedAt = timestamp({ withTimezone: true }).notNull().defaultNow();

/** better-auth's `user`. */
export const people = pgTable('people', {
	id: text().primaryKey(),
	name: text().notNull(),
	email: text().notNull().unique(),
	emailVerified: boolean().notNull().default(false),
	image: text(),
	twoFactorEnabled: boolean().notNull().default(false),
	createdAt,
	updatedAt,
});

/** better-auth's `session`. It insists on the two last columns; they stay null. */
export const sessions = pgTable(
	'sessions',
	{
		id: text().primaryKey(),
		token: text().notNull().unique(),
		userId: text()
			.notNull()
			.references(() => people.id, { onDelete: 'cascade' }),
		expiresAt: timestamp({ withTimezone: true }).notNull(),
		createdAt,
		updatedAt,
		ipAddress: text(),
		userAgent: text(),
	},
	(table) => [index().on(table.userId)],
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
	(table) => [index().on(table.userId)],
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
export const secondFactors = pgTable(
	'second_factors',
	{
		id: text().primaryKey(),
		secret: text().notNull(),
		backupCodes: text().notNull(),
		userId: text()
			.notNull()
			.references(() => people.id, { onDelete: 'cascade' }),
	},
	(table) => [index().on(table.userId)],
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
