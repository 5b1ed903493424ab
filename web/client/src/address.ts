// Where the server is.

/** The server on a developer's computer. */
const DEVELOPMENT = 'http://localhost:3004';

/**
 * The origin of the server: the one that was given; else, of a page that a development server made, the one on this
 * computer; else the page's own. A path that was given counts for nothing, so it never becomes a namespace.
 */
export function originOf(
  url: string | undefined,
  isDevServer: boolean,
  page: string | undefined = globalThis.location?.origin,
): string {
  if (url) return new URL(url, page).origin;
  const isOfTheWeb = page !== undefined && /^https?:/.test(page);
  return isDevServer || !isOfTheWeb ? DEVELOPMENT : page;
}
