// What a token says of itself. Nobody is trusted for it: the server looks at its own books.

export interface Claims {
  /** Whose it is. */
  userId: string | undefined;
  /** How long it lives, in milliseconds. */
  livesMs: number | undefined;
  /** When it ends, in the server's time. */
  endsAt: number | undefined;
}

export function claimsOf(token: string): Claims {
  const { sub, iat, exp } = body(token);
  const [begins, ends] = [iat, exp].map((seconds) => (typeof seconds === 'number' ? seconds * 1000 : undefined));
  return {
    userId: typeof sub === 'string' ? sub : undefined,
    livesMs: begins !== undefined && ends !== undefined ? ends - begins : undefined,
    endsAt: ends,
  };
}

function body(token: string): Record<string, unknown> {
  try {
    const [, part = ''] = token.split('.');
    const text = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    return (JSON.parse(text) as Record<string, unknown> | null) ?? {};
  } catch {
    return {}; // whatever it is, the server will tell
  }
}
