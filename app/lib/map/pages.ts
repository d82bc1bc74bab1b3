// How long a list of pins is before it goes on on the next page.
export const pinsPerPage = 30;
