// Where a row of measurements of memory leads.

/** What memory may grow by over ten minutes. */
const MOST_PERCENT = 1;
/** A run shorter than this, in seconds, is not over its warm-up when it is measured … */
const SHORT = 600;
/** … in which the allocator still takes so much, in MiB, over the second half. */
const WARM_UP = 4;

/** The line through points `[x, y]` with the least squares: `{ slope, at(x) }`. */
export function trend(points) {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const slope = mean((point) => (point[0] - x) * (point[1] - y)) / mean((point) => (point[0] - x) ** 2);
  return { slope, at: (where) => y + slope * (where - x) };
}

/** Judges samples `[second, MiB]` by the second half of them: `{ says, grows }`. */
export function verdict(samples) {
  const half = samples.slice(Math.floor(samples.length / 2));
  const [from, to] = [half[0][0], half.at(-1)[0]];
  const { slope, at } = trend(half);
  const perTenMinutes = (mib) => ((100 * mib) / at(from)) * (600 / (to - from));
  const isShort = samples.length < SHORT;
  const allowed = isShort ? Math.max(MOST_PERCENT, perTenMinutes(WARM_UP)) : MOST_PERCENT;
  const grown = perTenMinutes(slope * (to - from));
  return {
    says:
      `memory in the second half: ${at(from).toFixed(1)} MiB to ${at(to).toFixed(1)} MiB, ` +
      `${grown.toFixed(2)} % per ten minutes; allowed ${allowed.toFixed(2)} %` +
      (isShort ? ` (in a run under ten minutes, what ${WARM_UP} MiB would be)` : ''),
    grows: grown > allowed,
  };
}
