// What the compiler does not see: forgotten promises, `any`, leftovers, mistakes in templates.
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import { defineConfig, globalIgnores } from 'eslint/config';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default defineConfig(
	globalIgnores([
		'build',
		'.svelte-kit',
		'.data',
		'.cache',
		'app/.svelte-kit',
		'app/lib/paraglide',
		'test-results',
		'playwright-report',
	]),
	ts.configs.recommended,
	svelte.configs.recommended,
	{
		languageOptions: {
			globals: { ...globals.node, ...globals.browser },
			parserOptions: {
				projectService: true,
				tsconfigRootDir: import.meta.dirname,
				extraFileExtensions: ['.svelte'],
			},
		},
		rules: {
			// The pages are served at the root of their address: a path is a path.
			'svelte/no-navigation-without-resolve': 'off',
			// A Map that no view reads need not be reactive; what views read is $state.
			'svelte/prefer-svelte-reactivity': 'off',
			eqeqeq: ['error', 'always', { null: 'ignore' }],
			'no-console': 'error',
			'no-else-return': 'error',
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': [
				'error',
				{ checksVoidReturn: { attributes: false, arguments: false } },
			],
			'@typescript-eslint/await-thenable': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
		},
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
	},
	{
		// For each component the types of the whole project would be worked out anew: six minutes for four hundred of them, growing by the
		// square (sveltejs/eslint-plugin-svelte#1084). svelte-check knows their types; promises that matter are made in modules.
		files: ['**/*.svelte'],
		...ts.configs.disableTypeChecked,
		languageOptions: { parserOptions: { projectService: false, program: null } },
	},
	{
		files: ['scripts/**', 'bench/**'],
		rules: { 'no-console': 'off' },
	},
);
