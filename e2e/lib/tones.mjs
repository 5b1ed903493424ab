// What would be heard of a page, in milliseconds since 1970.

/** From now on pages in this window put down every tone. */
export async function hearTones(context) {
  await context.addInitScript(() => {
    const tones = [];
    const { start, stop } = OscillatorNode.prototype;
    const wall = (node, when) => performance.timeOrigin + performance.now() + 1000 * Math.max(0, when - node.context.currentTime);
    const toneOf = new WeakMap();
    OscillatorNode.prototype.start = function (when) {
      const tone = { frequency: this.frequency.value, from: wall(this, when), until: Infinity };
      tones.push(tone);
      toneOf.set(this, tone);
      start.call(this, when);
    };
    OscillatorNode.prototype.stop = function (when) {
      toneOf.get(this).until = wall(this, when);
      stop.call(this, when);
    };
    window.tones = tones;
  });
}

/** The first tone of a text's sound. */
const TEXT = 880;

/** The tones of rings that this page played, in their order: `{ from, until }`. */
export async function tonesIn(page) {
  const tones = await page.evaluate(() => window.tones);
  return tones.filter(({ frequency }) => frequency !== TEXT);
}
