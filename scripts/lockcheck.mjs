// Fails when package-lock.json lacks an optional dependency that some package names: a platform build the registry did not
// have when the lock was made, which `npm ci` would then miss on that platform. Also when it has what nobody needs
// (extraneous) or an address to download from: everybody's own registry is asked.
import fs from 'node:fs';

/** @type {Record<string, {optionalDependencies?: Record<string, string>, extraneous?: boolean, resolved?: string}>} */
const packages = JSON.parse(
	fs.readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'),
).packages;

const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
	Object.keys(optionalDependencies)
		.filter((name) => !isLocked(place, name))
		.map((name) => `${place || 'package.json'} names ${name}`),
);
const tooMuch = Object.entries(packages).flatMap(([place, { extraneous, resolved }]) => [
	...(extraneous ? [`${place} is extraneous`] : []),
	...(resolved ? [`${place} has the address ${resolved}`] : []),
]);
const wrong = [...missing.map((line) => `${line}, which is not locked`), ...tooMuch];
process.stdout.write(
	wrong.length ? `package-lock.json:\n${wrong.join('\n')}\n` : 'The lock names every platform build.\n',
);
process.exitCode = wrong.length ? 1 : 0;

/** Node's own look-up: beside the package, then in each folder above. @param {string} place @param {string} name */
function isLocked(place, name) {
	for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
		if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
		if (folder === '') return false;
	}
}
