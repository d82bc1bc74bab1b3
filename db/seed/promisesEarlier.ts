// What the demo town promised in the half year before its meetings, and what became of it. Invented; nobody in it is real.
import { community, parks, traffic, works, type DemoFollowup } from './promise.ts';

/** Of the half year before the meetings. */
export const earlierFollowups: DemoFollowup[] = [
	{
		...{ title: 'Paint and post the three hydrants on Market Street', unit: works, area: 'Old Town' },
		description: 'Red curbs for fifteen feet on each side, and a sign at each.',
		...{ topic: 'public-space', success: 'No car within fifteen feet on ten evenings.', due: 160 },
		concerns: ['Hydrants on Market Street are parked in'],
		steps: [
			['proposed', 187],
			['committed', 185],
			['in-progress', 180],
			['done', 165, 'All three are painted and posted. We looked on ten evenings: one car, which was towed.'],
			['verified', 151, '', null],
		],
		answers: { fixed: 4, cannotTell: 1 },
	},
	{
		...{ title: 'Make the school zone light flash again', unit: traffic, area: 'Old Town', priority: 'high' },
		description: 'Mend the old controller at Elm Street, or put up a new one.',
		...{ topic: 'traffic', success: 'The light flashes from 7 to 9 on every school day.', due: 140 },
		concerns: ['The flashing light of the school zone stays dark'],
		steps: [
			['proposed', 177],
			['committed', 175],
			['in-progress', 170],
			['done', 152, 'The controller is mended.'],
			['reopened', 146, '', null],
			['in-progress', 144, 'It failed again in the rain. A new one is ordered.'],
			['done', 130, 'The new controller hangs, and reports to us when it fails.'],
			['verified', 121, '', null],
		],
		answers: { fixed: 5 },
	},
	{
		...{
			title: 'Call on every household along the mill race',
			unit: community,
			owner: 'dana',
			area: 'Millside',
		},
		description: 'Locks, lamps, and who to call: an officer goes from door to door.',
		...{ topic: 'crime', success: 'Fewer than three break-ins a month until fall.', due: 120 },
		concerns: ['Sheds are broken into along the mill race'],
		steps: [
			['proposed', 168],
			['committed', 163],
			['in-progress', 158],
			['done', 125, '94 of 102 doors opened to us. One break-in since.'],
			['verified', 90, 'Nobody answered for a month. I looked through the reports: two in a month.', 'sam'],
		],
		answers: { cannotTell: 1 },
	},
	{
		...{ title: 'A wall the students paint themselves', unit: parks, area: 'Millside' },
		description: 'Paint, a permit and a Saturday a month for the art class.',
		...{ topic: 'public-space', success: 'New tags are painted over within a week.', due: 125 },
		concerns: ['Spray paint on the wall of the high school'],
		steps: [
			['proposed', 146],
			['committed', 144],
			['in-progress', 141],
			['done', 129, 'Forty students, one river, eleven herons. Go and see it.'],
			['verified', 118, '', null],
		],
		answers: { fixed: 6 },
	},
	{
		...{ title: 'Slow Linden Avenue down with planters', unit: works, area: 'Linden Heights' },
		description: 'Six planters that narrow the street to one car.',
		...{ topic: 'traffic', success: 'Half of the cars at 25 or below.', due: 110 },
		concerns: ['Cars use Linden Avenue as a shortcut at forty'],
		steps: [
			['proposed', 148],
			['committed', 145],
			[
				'dropped',
				101,
				'The fire trucks do not get past planters. We have no other means for this street this year.',
			],
		],
	},
	{
		...{
			title: 'Call back within ten days after every report',
			unit: community,
			area: 'Eastgate',
			priority: 'high',
		},
		description: 'One person who does nothing else, and a list that everybody in the unit sees.',
		...{ topic: 'policing', success: 'Nine of ten reports answered within ten days.', due: 30 },
		concerns: ['Nobody calls back after a report'],
		moved: { from: 62, day: 66, reason: 'The person we had hired took another job. We are looking again.' },
		steps: [
			['proposed', 131],
			['committed', 127],
			['in-progress', 120],
		],
		milestones: [
			['A list that everybody sees', 1, 100, 104],
			['A person who calls', 2, 70],
			['Nine of ten within ten days', 2, 30],
		],
		updates: [{ day: 88, text: 'The list is there. It shows what we knew: we are at six of ten.' }],
	},
	{
		...{ title: 'Open the gym on Friday nights', unit: community, owner: 'dana', area: 'Eastgate' },
		description: 'From seven to eleven, with two adults, for everybody from twelve to eighteen.',
		...{ topic: 'youth', success: 'Open on eight Fridays in a row.', due: 68 },
		concerns: ['Nothing to do on Friday nights when one is fourteen'],
		moved: { from: 90, day: 96, reason: 'The school’s insurance took longer than we thought.' },
		steps: [
			['proposed', 127],
			['committed', 124],
			['in-progress', 112],
			['done', 71, 'The first night: 37 of you, two balls, no trouble. Every Friday from now on.'],
			['verified', 60, '', null],
		],
		answers: { fixed: 3 },
	},
	{
		...{
			title: 'Write the rules for body cameras so that one can read them',
			unit: community,
			area: 'Old Town',
		},
		description: 'Two pages, in English and Spanish: when it runs, who sees it, when it is deleted.',
		...{ topic: 'policing', success: 'Ten people who never saw the rules can say them back.', due: 70 },
		concerns: ['Who may see what body cameras have recorded?'],
		steps: [
			['proposed', 107],
			['committed', 102],
			['in-progress', 98],
			['done', 75, 'The two pages are at the counter and on the city’s site.'],
			['verified', 40, 'I asked ten people at the market. Nine could say it.', 'dana'],
		],
	},
	{
		...{ title: 'A speed camera on Mill Road', unit: traffic, area: 'Eastgate', priority: 'low' },
		description: 'A fixed camera between the gas station and the bridge.',
		...{ topic: 'traffic', success: '', due: null, concerns: [] },
		steps: [
			['proposed', 88],
			['rejected', 82, 'State law lets a city put cameras up on highways only.'],
		],
	},
];
