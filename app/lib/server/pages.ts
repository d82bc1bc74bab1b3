// Which page of a list an address asks for.

/** The page number of `?page=`, from 1; anything else is the first. */
export function pageNumber(url: URL): number {
	const wanted = url.searchParams.get('page') ?? '';
	return /^[1-9]\d{0,5}$/.test(wanted) ? Number(wanted) : 1;
}
