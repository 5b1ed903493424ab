// Countries and territories, as the browser knows them.

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Codes that the browser has names for, and that are no country: unions, the unknown, and tests. */
const NOT_ONE = new Set(['EU', 'EZ', 'UN', 'XA', 'XB', 'ZZ']);

/** Every one that has a name, by name. */
export function regions(): { code: string; name: string }[] {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
  const named = codes.flatMap((code) => {
    // What it was called before, such as `DD`, is another name of what it is.
    const isOne = !NOT_ONE.has(code) && new Intl.Locale(`und-${code}`).region === code;
    const name = isOne ? names.of(code) : undefined;
    return name === undefined ? [] : [{ code, name }];
  });
  return named.sort((a, b) => a.name.localeCompare(b.name));
}
