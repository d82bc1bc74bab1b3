// The desk in the room and at the phone, on a staffed tablet: for everybody of the city.
import { readHall } from '#db/hall.ts';
import { ownEntries } from '#db/proxies.ts';
import { ownSupports } from '#db/proxyVotes.ts';
import { currentRound } from '#db/rounds.ts';
import { authorize } from '#domain/policy.ts';
import { database } from '#lib/server/database.ts';

export const load = async ({ locals, params }) => {
	authorize(locals.actor, 'room:count');
	const hall = await readHall(database(), locals.actor, params.slug);
	const { id } = hall.meeting;
	const round = await currentRound(database());
	return {
		hall,
		map: round?.state === 'open' ? `/map/${round.slug}/new` : null,
		entries: await ownEntries(database(), locals.actor, id),
		supports: await ownSupports(database(), locals.actor, id),
	};
};
