// Text from the stream, made readable.

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
};

/**
 * Takes back what the server did to a text before it sent it, once: `&amp;lt;` becomes `&lt;`, for that is what the
 * customer typed. The result is for text nodes only.
 */
export function decode(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** A number as people write it: `+16475550100` becomes `+1 (647) 555-0100`. Anything else stays as it is. */
export function readableNumber(number: string): string {
  const american = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return american ? `+1 (${american[1]}) ${american[2]}-${american[3]}` : number;
}

/** A length of time as a clock shows it: `0:07`, `12:30`, `1:00:00`. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
