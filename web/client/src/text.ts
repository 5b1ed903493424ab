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

/** The fields that the server wrote so that they are inert even as HTML. */
const INERT: Record<string, readonly string[]> = {
  'incoming-call': ['from', 'to', 'callerName'],
  'incoming-sms': ['from', 'to', 'contactName', 'body'],
};

/** The payload of an event with its texts as people typed them. */
export function legible<Payload>(event: string, payload: Payload): Payload {
  const texts: Record<string, string> = {};
  for (const field of INERT[event] ?? []) {
    const text = (payload as Record<string, unknown>)[field];
    if (typeof text === 'string') texts[field] = decode(text);
  }
  return { ...payload, ...texts };
}
