// The base components in all their states, for developers' eyes: not there in production.
import { error } from '@sveltejs/kit';
import { readConfig } from '#config';

export const load = () => {
	if (readConfig().NODE_ENV === 'production') error(404);
};
