// Fails when package-lock.json lacks an optional dependency that some package names: a platform build the registry did not
// have when the lock was made, which `npm ci` would then miss on that platform.
import fs from 'node:fs';

/** @type {Record<string, {optionalDependencies?: Record<string, string>}>} */
const packages = JSON.parse(
	fs.readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'),
).packages;

const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
	Object.keys(optionalDependencies)
		.filter((name) => !isLocked(place, name))
		.map((name) => `${place || 'package.json'} names ${name}`),
);
process.stdout.write(
	missing.length
		? `Not in package-lock.json:\n${missing.join('\n')}\n`
		: 'The lock names every platform build.\n',
);
process.exitCode = missing.length ? 1 : 0;

/** Node's own look-up: beside the package, then in each folder above. @param {string} place @param {string} name */
function isLocked(place, name) {
	for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
		if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
		if (folder === '') return false;
	}
}
