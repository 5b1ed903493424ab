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
