// What residents put on the demo town's maps. Invented; nobody in it is real.
import type { PinReason, PinState } from '#domain/pins.ts';

export type DemoPin = {
	category: string;
	/** Ten-thousandths of a degree east and north of the town's middle. */
	east: number;
	north: number;
	note: string;
	supports: number;
	answer?: string;
	state?: PinState;
	isHeld?: boolean;
	reason?: PinReason;
	comments?: { text: string; isHeld?: boolean; by?: 'dana' | 'sam' }[];
	/** By Maria, who wants to be told. */
	isMarias?: boolean;
};
type More = Omit<DemoPin, 'category' | 'east' | 'north' | 'note' | 'supports'>;
const pin =
	(category: string) =>
	(east: number, north: number, supports: number, note: string, more: More = {}): DemoPin => ({
		...{ category, east, north, note, supports },
		...more,
	});
const speeding = pin('speeding');
const lighting = pin('street-lighting');
const unsafe = pin('feeling-unsafe');
const parking = pin('parking');
const noise = pin('noise');
const good = pin('something-good');

/** Of the round before last: reported. */
export const reportedPins: DemoPin[] = [
	speeding(-30, 22, 31, 'Cars cut through Elm Street to miss the light, right past the school.', {
		answer: '7:30 to 8:15',
		comments: [{ text: 'My son waits until three cars have gone. Every morning.' }],
	}),
	speeding(-27, 24, 18, 'Nobody stops at the crosswalk in front of the school.'),
	speeding(-33, 20, 12, 'Van drivers race the yellow light here.'),
	speeding(-24, 21, 9, 'The sign says 20. I have never seen anybody drive 20.'),
	speeding(-36, 27, 14, 'Parents who are late are the worst. I was one of them.'),
	speeding(110, -20, 11, 'Mill Road is straight and empty at night, and it sounds like a track.'),
	speeding(112, -12, 7, 'Motorcycles on Mill Road, Friday and Saturday.'),
	lighting(84, 12, 22, 'The bus stop on Mill Road has no light at all.'),
	lighting(82, 16, 9, 'La lámpara frente a la parada parpadea desde abril.'),
	lighting(-60, -65, 6, 'Dark between the two boat houses.'),
	lighting(20, 96, 5, 'Lamp at the top of the stairs is out.'),
	unsafe(-5, -30, 17, 'The underpass. I walk around it after seven, which takes ten minutes more.'),
	unsafe(-8, -33, 8, 'Broken glass in the underpass every weekend.'),
	unsafe(45, 52, 5, 'Behind the station nobody sees you.'),
	unsafe(130, 40, 4, 'Perros sueltos en la calle por la tarde.'),
	parking(5, 8, 10, 'Delivery vans on the sidewalk of Market Street, all morning.'),
	parking(12, 6, 6, 'Wheelchairs cannot pass when the bins are out.'),
	parking(-120, 30, 3, 'Trucks overnight on Orchard Lane.'),
	noise(30, -75, 7, 'Boats with music after eleven.'),
	noise(-110, -15, 5, 'The saw mill begins at five thirty.'),
	good(-70, 60, 20, 'The crossing guard at Linden Park knows every child by name.'),
	good(6, -48, 13, 'New benches at the river: somebody sits there again.'),
];

/** Of the last round: closed, its report still to come. */
export const closedPins: DemoPin[] = [
	speeding(-29, 23, 9, 'Better since the speed sign, but not when it is switched off.', {
		answer: 'After 9 p.m.',
	}),
	speeding(-34, 21, 5, 'Still too fast past the school gate at noon.'),
	speeding(111, -17, 16, 'Mill Road, at night: two cars side by side.', {
		comments: [{ text: 'Heard them too, about one in the morning.' }],
	}),
	speeding(114, -8, 12, 'They turn at the gas station and come back.'),
	speeding(108, -26, 8, 'Carreras los sábados después de medianoche.'),
	speeding(-95, 75, 4, 'Downhill on Orchard Lane nobody brakes before the bend.'),
	lighting(83, 13, 12, 'Still dark at the bus stop. The new lamp has no power yet.'),
	lighting(46, 50, 15, 'Three lamps in a row are out behind the station.'),
	lighting(44, 55, 9, 'Behind the station it is darker than in the park.'),
	lighting(-62, -64, 4, 'The path along the river needs a lamp at the steps.'),
	unsafe(-6, -31, 14, 'Underpass again: the mirror is broken, you cannot see who waits.'),
	unsafe(47, 53, 11, 'Somebody follows people from the late train. It happened to two of us.'),
	unsafe(43, 49, 7, 'I call my husband when I walk here.'),
	unsafe(128, 42, 3, 'Los perros siguen sueltos.'),
	parking(6, 9, 13, 'The loading zone is used by people who have coffee.'),
	parking(9, 7, 8, 'Vans in the bike lane, so bikes are on the sidewalk.'),
	parking(15, 4, 4, 'Hydrant blocked most evenings.'),
	parking(-118, 33, 6, 'Trucks overnight, with the motor on.'),
	parking(70, 100, 2, 'On game days nobody gets out of the driveway.'),
	noise(28, -74, 10, 'Music from the boats until two.'),
	noise(-112, -13, 3, 'Mill: better since they close the doors.'),
	noise(60, -20, 6, 'Leaf blowers at six on a Sunday.'),
	good(84, 15, 9, 'The officer who comes to the community center on Wednesdays.'),
	good(7, -47, 11, 'The benches, and that somebody empties the bins.'),
	good(-69, 62, 8, 'Linden Park in the evening: families, a ball, no trouble.'),
	good(-31, 25, 6, 'The speed sign that smiles. It works on me.'),
];

/** Of the round that is open. */
export const openPins: DemoPin[] = [
	speeding(-30, 22, 26, 'Delivery cars at the school gate when the bell rings.', {
		answer: '2:45 p.m.',
		state: 'looking-into',
		comments: [
			{ text: 'Two of them went through while the guard held up the sign.' },
			{ text: 'We are measuring here for two weeks, from Monday on.', by: 'sam' },
		],
	}),
	speeding(-26, 19, 11, 'The speed sign has been dark since the storm.'),
	speeding(-38, 29, 8, 'Right turn on red, without looking for the kids on bikes.'),
	speeding(111, -15, 21, 'Mill Road: quieter since the patrols, until about midnight.', {
		comments: [{ text: 'From our side of the street it is as bad as before.' }],
	}),
	speeding(113, -5, 13, 'Racing from the gas station to the bridge, three nights this week.', {
		isMarias: true,
	}),
	speeding(109, -24, 9, 'Los viernes hacen carreras hasta el puente.'),
	speeding(-97, 78, 7, 'The bend on Orchard Lane: two fences hit this year.'),
	speeding(-92, 72, 5, 'Could the bend get a mirror or a bump?'),
	speeding(62, 88, 6, 'People take Station Road at forty because it is wide.'),
	speeding(66, 84, 3, 'A crosswalk at the daycare would make them slow down.'),
	speeding(-15, -88, 4, 'River Road, joggers on the edge, cars at fifty.'),
	lighting(46, 51, 19, 'Two of the three lamps behind the station are lit again. One is missing.', {
		state: 'looking-into',
	}),
	lighting(49, 57, 8, 'The passage from platform 2 is dark after nine.'),
	lighting(84, 12, 6, 'The new lamp at the bus stop works. Could it point at the bench?'),
	lighting(-61, -66, 10, 'The steps to the river: somebody fell on Thursday.', { isMarias: true }),
	lighting(-58, -70, 5, 'Solar lamps would do along the path.'),
	lighting(21, 97, 4, 'Lamp at the stairs flickers and goes off.'),
	lighting(-84, 8, 3, 'The school’s parking lot is dark when the choir comes out.'),
	lighting(132, 18, 5, 'No hay luz en el callejón detrás de la panadería.'),
	lighting(96, 62, 2, 'Trees have grown into the lamps on Linden Avenue.', { state: 'not-ours' }),
	unsafe(-7, -32, 16, 'The underpass smells, the mirror is broken and the light is yellow. I go around.', {
		comments: [{ text: 'So do I, with the stroller over the road.' }],
	}),
	unsafe(-3, -29, 7, 'Somebody sleeps in the underpass. He is kind, but he needs a place.'),
	unsafe(46, 54, 12, 'Late train, nobody around, the emergency phone is dead.', {
		state: 'looking-into',
		comments: [{ text: 'Reported to the railway today; we will say here what they answer.', by: 'dana' }],
	}),
	unsafe(41, 48, 5, 'A group drinks at the bike racks. They have not done anything, it is just loud.'),
	unsafe(129, 43, 6, 'El perro grande otra vez sin correa cerca de la escuela.'),
	unsafe(-75, 55, 4, 'The hedge in the park is so high that you cannot see who comes.'),
	unsafe(-140, -25, 3, 'Empty mill building: windows open, kids inside.'),
	unsafe(88, -60, 4, 'Under the bridge there is always a car with the lights off.'),
	parking(6, 8, 15, 'Market Street, loading zone, nine in the morning: five cars, no truck.'),
	parking(10, 7, 9, 'Scooters lie across the ramp in front of the library.', {
		state: 'looking-into',
		comments: [{ text: 'My chair does not get past two of them.' }],
	}),
	parking(14, 5, 6, 'The hydrant again.'),
	parking(18, 12, 4, 'Taxis wait in the bus bay.'),
	parking(-119, 31, 8, 'Trucks overnight on Orchard Lane, now three.'),
	parking(-114, 36, 5, 'You cannot see around them when you turn left.'),
	parking(71, 101, 4, 'Game day: both sides of the street, no ambulance would get through.'),
	parking(118, 30, 3, 'Carros en doble fila frente a la iglesia los domingos.'),
	parking(-40, -50, 2, 'Boat trailers take up the visitors’ lot.'),
	noise(29, -76, 14, 'Boats with loudspeakers, past eleven, three weekends in a row.', {
		comments: [{ text: 'Add the karaoke on Thursdays.' }],
	}),
	noise(
		33,
		-71,
		6,
		'The bar at the pier has turned its speakers to the other side: that helped us, not them.',
	),
	noise(61, -19, 5, 'Leaf blowers, Sunday, six.'),
	noise(-111, -14, 2, 'The mill is fine now. Thank you.'),
	noise(104, 70, 4, 'Fireworks since the first, every night.'),
	noise(120, -10, 9, 'Motorcycles that are made to be loud.', { state: 'looking-into' }),
	noise(75, 5, 3, 'Ensayos de banda hasta las once, con la ventana abierta.'),
	good(-70, 61, 17, 'The crossing guard is back. The children sang for her.'),
	good(-68, 58, 6, 'Evening soccer in Linden Park: twelve teenagers, no trouble, one ball.'),
	good(6, -46, 10, 'The river walk is clean and full of people.'),
	good(83, 16, 12, 'Café con la oficial Lucero: se puede preguntar de todo.', { isMarias: true }),
	good(45, 50, 5, 'I walk behind the station again since the lamps are lit.'),
	good(-1, 3, 8, 'The block party on Court Square. Do it again.'),
	good(-88, 10, 4, 'The high school students who repaint the wall every month.'),
	good(140, 55, 3, 'Neighbors on Linden Avenue who look after each other’s houses.'),
	speeding(64, 90, 0, 'My neighbor in number 14 always speeds, he drives a red truck.', { isHeld: true }),
	lighting(-20, 64, 0, 'Lamp out at the playground since Monday.', { isHeld: true }),
	unsafe(15, -42, 0, 'Somebody tried the door handles of parked cars last night. Call me: 563 555 0142.', {
		isHeld: true,
	}),
	parking(11, 9, 0, 'Scooters on the library ramp, again.', { isHeld: true }),
	good(-50, 40, 0, 'El mercado de los sábados.', { isHeld: true }),
	speeding(-28, 26, 0, 'The fools who drive here should be locked up.', { reason: 'insult' }),
	parking(7, 8, 0, 'Loading zone.', { reason: 'double' }),
	unsafe(-6, -30, 0, 'Who is responsible for the underpass, the city or the railway?', {
		isHeld: true,
	}),
];
