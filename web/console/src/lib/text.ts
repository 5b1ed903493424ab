// Text and numbers, made readable.

/** Controls but line breaks and tabs, and whatever turns the direction of what stands beside it. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A text that somebody else wrote, without what cannot be seen in it: for text nodes only. */
export function plain(text: string): string {
  return text.replace(UNSEEN, '');
}

/** A number as people write it: `+16475550100` becomes `+1 (647) 555-0100`. Anything else stays as it is. */
export function readableNumber(number: string): string {
  const american = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return american ? `+1 (${american[1]}) ${american[2]}-${american[3]}` : number;
}

/** The letters that stand for somebody: `Priya Raman` is `PR`; a number has none. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => [...(word ?? '')][0] ?? '',
  );
  return letters.join('').toLocaleUpperCase();
}

/** `1 message`, `3 messages`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString()} ${number === 1 ? one : many}`;
}

/** `Ada, Bo and Cy`. */
export function listed(words: string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(words);
}

/** A word of the API as one that people read: `caller-hangup` becomes `Caller hangup`. */
export function readableWord(word: string): string {
  const words = word.replace(/[-_]/g, ' ');
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}
