// A time zone as calendars want it (RFC 5545 VTIMEZONE), made from the zone data this Node carries: the same that decides which
// moment a wall-clock time is. Packages with ready-made zones go stale: a law of 2022 moved Mexico, theirs are of 2018.

/**
 * The VTIMEZONE of an IANA zone with every change of its clocks from a year before `from` until a year after `to`.
 * @returns lines ended by CRLF
 */
export function vtimezone(zone: string, from: Date, to: Date): string {
	const year = 366 * 86_400_000;
	const start = Temporal.Instant.fromEpochMilliseconds(from.getTime() - year).toZonedDateTimeISO(zone);
	const lines = changesOf(start, to.getTime() + year).flatMap((change) => {
		const kind = change.to > change.from ? 'DAYLIGHT' : 'STANDARD';
		return [
			`BEGIN:${kind}`,
			`DTSTART:${change.local}`,
			`TZOFFSETFROM:${offset(change.from)}`,
			`TZOFFSETTO:${offset(change.to)}`,
			`TZNAME:${change.name}`,
			`END:${kind}`,
		];
	});
	return ['BEGIN:VTIMEZONE', `TZID:${zone}`, ...lines, 'END:VTIMEZONE', ''].join('\r\n');
}

/** A change of clocks: when, by the clock before it, and the offsets before and after in nanoseconds. */
type Change = { local: string; from: number; to: number; name: string };

function changesOf(start: Temporal.ZonedDateTime, until: number): Change[] {
	const before = start.getTimeZoneTransition('previous');
	const changes: Change[] = before ? [changeAt(before)] : [unchanged(start)];
	for (
		let at = start.getTimeZoneTransition('next');
		at && at.epochMilliseconds <= until;
		at = at.getTimeZoneTransition('next')
	)
		changes.push(changeAt(at));
	return changes;
}

function changeAt(at: Temporal.ZonedDateTime): Change {
	const from = at.subtract({ nanoseconds: 1 }).offsetNanoseconds;
	const local = at.toInstant().toZonedDateTimeISO('UTC').add({ nanoseconds: from });
	return { local: digits(local.toPlainDateTime()), from, to: at.offsetNanoseconds, name: nameAt(at) };
}

/** A zone whose clocks have never changed, such as Etc/GMT+5. */
function unchanged(at: Temporal.ZonedDateTime): Change {
	return { local: '19700101T000000', from: at.offsetNanoseconds, to: at.offsetNanoseconds, name: nameAt(at) };
}

function digits(local: Temporal.PlainDateTime): string {
	return local.toString({ smallestUnit: 'second' }).replace(/[-:]/g, '');
}

/** `-0600`; with seconds where a zone has them. */
function offset(nanoseconds: number): string {
	const seconds = Math.abs(nanoseconds) / 1e9;
	const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((n) =>
		String(n).padStart(2, '0'),
	);
	return (nanoseconds < 0 ? '-' : '+') + parts.slice(0, seconds % 60 ? 3 : 2).join('');
}

function nameAt(at: Temporal.ZonedDateTime): string {
	const parts = new Intl.DateTimeFormat('en-US', {
		timeZone: at.timeZoneId,
		timeZoneName: 'short',
	}).formatToParts(at.epochMilliseconds);
	return parts.find(({ type }) => type === 'timeZoneName')?.value ?? at.timeZoneId;
}
