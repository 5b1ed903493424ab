/**
 * Where a file of ours is, as this page asks for it: at the place that the page came from, whatever the server calls itself.
 * What is elsewhere is null.
 */
export function ownFile(url: string, page = location.href): string | null {
  const { pathname, search } = new URL(url, page);
  return /^\/api\/twilio\/(media|recordings)\//.test(pathname) ? pathname + search : null;
}
