// For `npm run db:generate`: compares db/schema with db/migrations and writes the next migration.
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
	dialect: 'postgresql',
	schema: './db/schema/index.ts',
	out: './db/migrations',
	casing: 'snake_case',
});
