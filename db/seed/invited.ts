// Whom the demo town's next announcement is for: a draft that the whole city will be invited to, and a resident who follows where she lives.
import { eq } from 'drizzle-orm';
import { readAreas } from '../areas.ts';
import type { Database } from '../client.ts';
import { followSomething } from '../followers.ts';
import { setInvitations } from '../meetingInvitations.ts';
import { meetings } from '../schema/index.ts';
import type { Townspeople } from './townspeople.ts';

/** Chooses who is invited when the draft is published. Areas and meetings are there already. */
export async function chooseInvited(db: Database, { dana, maria }: Townspeople): Promise<void> {
	const [home] = await readAreas(db);
	if (home) await followSomething(db, maria, { kind: 'area', subject: home.id });
	const [draft] = await db.select().from(meetings).where(eq(meetings.state, 'draft')).limit(1);
	if (!draft) return;
	await setInvitations(db, dana, { meetingId: draft.id, isOn: true, isEverywhere: true, areaIds: [] });
}
