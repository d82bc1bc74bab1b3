// English and Spanish are complete, say the same things, and are the only place where words for people's eyes stand.
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, type AST } from 'svelte/compiler';
import { describe, expect, test } from 'vitest';

const project = path.join(import.meta.dirname, '..');
const locales = ['en', 'es'] as const;
const messages = Object.fromEntries(locales.map((locale) => [locale, readMessages(locale)])) as Record<
	(typeof locales)[number],
	Map<string, string>
>;
const pages = globSync('app/**/*.svelte', { cwd: project }).filter((file) => !file.includes('node_modules'));
const sources = globSync('{app,domain,db,realtime}/**/*.{ts,svelte}', { cwd: project }).filter(
	(file) => !/node_modules|paraglide/.test(file),
);

describe('messages', () => {
	test('every message is there in every language', () => {
		for (const locale of locales)
			expect([...messages[locale].keys()].sort()).toEqual([...messages.en.keys()].sort());
	});

	test('no message is empty or written twice', () => {
		for (const locale of locales) {
			expect([...messages[locale]].filter(([, text]) => text.trim() === '')).toEqual([]);
			expect(keysInFile(locale).filter((key, at, all) => all.indexOf(key) !== at)).toEqual([]);
		}
	});

	test.each([...messages.en.keys()])('%s speaks of the same things in every language', (key) => {
		for (const locale of locales)
			expect(inputs(messages[locale].get(key)!)).toEqual(inputs(messages.en.get(key)!));
	});

	test('keys are words in snake_case with the feature in front', () => {
		expect([...messages.en.keys()].filter((key) => !/^[a-z]+(_[a-z\d]+)+$/.test(key))).toEqual([]);
	});

	test('Spanish says usted', () => {
		const familiar = /\b(tú|tus?|te|ti|contigo|puedes|tienes|quieres|haz|espera un|inténtalo|vuelve a)\b/i;
		expect([...messages.es].filter(([, text]) => familiar.test(text))).toEqual([]);
	});
});

describe('code and messages', () => {
	const used = usedKeys();

	test('every message that code asks for exists', () => {
		expect([...used.keys].filter((key) => !messages.en.has(key))).toEqual([]);
		for (const prefix of used.prefixes)
			expect([...messages.en.keys()].some((key) => key.startsWith(prefix))).toBe(true);
	});

	test('no message is left over', () => {
		const isUsed = (key: string) =>
			used.keys.has(key) || used.prefixes.some((prefix) => key.startsWith(prefix));
		expect([...messages.en.keys()].filter((key) => !isUsed(key))).toEqual([]);
	});

	test.each(pages)('%s holds no words of its own', (file) => {
		expect(literalWords(readFileSync(path.join(project, file), 'utf8'))).toEqual([]);
	});
});

test('the check for words in components finds them', () => {
	expect(literalWords('<p>Hello {name}</p>')).toEqual(['Hello']);
	expect(literalWords('{#if a}<input placeholder="Your name" />{/if}')).toEqual(['Your name']);
	expect(literalWords('<Button label="Save" variant="primary">{m.save()}</Button>')).toEqual(['Save']);
	expect(literalWords('<a aria-label={`Open ${name}`} class="b">·</a>')).toEqual(['Open']);
	expect(literalWords("<p>{done ? 'All done' : m.wait()}</p>")).toEqual(['All done']);
	expect(literalWords('<p class="text-sm">{m.a()} 12 % {"·"}</p><style>p { color: red }</style>')).toEqual(
		[],
	);
});

type Message = string | { match: Record<string, string> }[];

/** Each message as one text: of one with variants, all of them. */
function readMessages(locale: string): Map<string, string> {
	const file = JSON.parse(readFileSync(path.join(project, `app/messages/${locale}.json`), 'utf8')) as Record<
		string,
		Message
	>;
	return new Map(
		Object.entries(file)
			.filter(([key]) => key !== '$schema')
			.map(([key, message]) => [
				key,
				typeof message === 'string'
					? message
					: message.flatMap(({ match }) => Object.values(match)).join('\n'),
			]),
	);
}

/** Keys as they stand in the file: JSON.parse would silently keep the last of two. */
function keysInFile(locale: string): string[] {
	const text = readFileSync(path.join(project, `app/messages/${locale}.json`), 'utf8');
	return [...text.matchAll(/^\t"([^"]+)":/gm)].map(([, key]) => key!);
}

function inputs(text: string): string[] {
	return [...new Set([...text.matchAll(/(?<!\\)\{(\w+)\}/g)].map(([, name]) => name!))].sort();
}

/** Keys that code names, and the beginnings of those it puts together (`m[`error_${code}`]`). */
function usedKeys(): { keys: Set<string>; prefixes: string[] } {
	const keys = new Set<string>();
	const prefixes = new Set<string>();
	for (const file of sources) {
		if (!existsSync(path.join(project, file))) continue;
		const text = readFileSync(path.join(project, file), 'utf8');
		if (!text.includes('paraglide/messages')) continue;
		for (const [, key] of text.matchAll(/\bm\.(\w+)/g)) keys.add(key!);
		for (const [, key] of text.matchAll(/\bm\['(\w+)'\]/g)) keys.add(key!);
		for (const [, prefix] of text.matchAll(/`([a-z]+_[a-z_]*)\$\{/g)) prefixes.add(prefix!);
	}
	return { keys, prefixes: [...prefixes] };
}

/**
 * Words for people's eyes or ears that stand in a component instead of in the messages: text between tags, text in an
 * expression between tags, and attributes and props that are shown or read aloud.
 */
function literalWords(source: string): string[] {
	const found: string[] = [];
	const keep = (text: string) => {
		if (/\p{L}{2}/u.test(text.replace(/&\w+;/g, ''))) found.push(text.trim());
	};
	visit(parse(source, { modern: true }).fragment, keep);
	return found;
}

const shown =
	/^(aria-(label|description|placeholder|roledescription|valuetext)|alt|title|placeholder|label|legend|hint|heading|intro|text)$/;

function visit(node: unknown, keep: (text: string) => void): void {
	if (Array.isArray(node)) return node.forEach((one) => visit(one, keep));
	if (!node || typeof node !== 'object' || !('type' in node)) return;
	const one = node as AST.TemplateNode & Record<string, unknown>;
	if (one.type === 'Text') return keep(one.data);
	if (one.type === 'ExpressionTag') return strings(one.expression, keep);
	if (one.type === 'Attribute') {
		if (!shown.test(one.name) || one.value === true) return;
		return visit(one.value, keep);
	}
	const unread = /^(script|style|code|kbd)$/;
	if ('name' in one && typeof one.name === 'string' && unread.test(one.name)) return;
	for (const key of [
		'attributes',
		'fragment',
		'nodes',
		'body',
		'consequent',
		'alternate',
		'fallback',
		'pending',
		'then',
		'catch',
	])
		visit(one[key], keep);
}

/** The string an expression shows: as it stands, or as a branch of it; never what is handed to a function. */
function strings(node: unknown, keep: (text: string) => void): void {
	const one = node as { type: string; [key: string]: unknown };
	if (one.type === 'Literal' && typeof one.value === 'string') keep(one.value);
	if (one.type === 'TemplateLiteral')
		for (const part of one.quasis as { value: { cooked: string } }[]) keep(part.value.cooked);
	if (one.type === 'ConditionalExpression')
		[one.consequent, one.alternate].forEach((branch) => strings(branch, keep));
	if (one.type === 'LogicalExpression') [one.left, one.right].forEach((side) => strings(side, keep));
}
