/** One dark VP8 key frame of 640 × 360, as Chromium's encoder makes it of a canvas in the colour of ink: shown where there is no picture. */
export const darkFrame = Buffer.from(
	`UDMAnQEqgAJoAQqHCIWFiJmEiDgCAAYWBPcGgWSfa9ub${'Jzh7'.repeat(128)}JzeA/ugkAA==`,
	'base64',
);
