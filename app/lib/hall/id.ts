// Ids that a browser makes for its commands: the server does each of them once.
export function newId(): string {
	// randomUUID is missing on plain http (a phone in the city's own network): the id only has to be new, and look like one.
	if (crypto.randomUUID) return crypto.randomUUID();
	const numbers = crypto.getRandomValues(new Uint32Array(4));
	const digits = Array.from(numbers, (number) => number.toString(16).padStart(8, '0')).join('');
	return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
