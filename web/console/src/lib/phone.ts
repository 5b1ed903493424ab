/** A number as typed, as `+16475550100`; undefined if it is not clear which one is meant. */
export function international(typed: string, region?: string): string | undefined {
  const digits = typed.replace(/[\s().\-/]/g, '');
  if (/^\+[1-9]\d{6,14}$/.test(digits)) return digits;
  const isAmerican = region === undefined || ['US', 'CA'].includes(region);
  const national = /^1?([2-9]\d{9})$/.exec(digits);
  return isAmerican && national ? `+1${national[1]}` : undefined;
}
