// How many parts a text is sent in.

/** What fits into one part with the letters of GSM 03.38; those below take two places. */
const GSM =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM_TWICE = '^{}\\[~]|€\f';

export interface Segments {
  /** How many parts. */
  count: number;
  /** How many places the last part has left. */
  left: number;
  /** Whether a character needs the alphabet in which less fits. */
  isUnicode: boolean;
}

/** The parts of this text. */
export function segments(text: string): Segments {
  const letters = [...text];
  const isUnicode = letters.some((letter) => !GSM.includes(letter) && !GSM_TWICE.includes(letter));
  const places = letters.map((letter) => (isUnicode ? letter.length : GSM_TWICE.includes(letter) ? 2 : 1));
  const [alone, together] = isUnicode ? [70, 67] : [160, 153];
  const total = places.reduce((sum, n) => sum + n, 0);
  if (total <= alone) return { count: total === 0 ? 0 : 1, left: alone - total, isUnicode };
  // A letter of two places is never torn apart.
  let count = 1;
  let used = 0;
  for (const n of places) {
    if (used + n > together) {
      count += 1;
      used = 0;
    }
    used += n;
  }
  return { count, left: together - used, isUnicode };
}
