import { listConcerns } from '#db/concerns.ts';
import { database } from '#lib/server/database.ts';
import { pageNumber } from '#lib/server/pages.ts';

export const load = ({ url }) => listConcerns(database(), pageNumber(url));
