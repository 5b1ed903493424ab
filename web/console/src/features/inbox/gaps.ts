// Gaps of templates: `{{first_name}}`.

/** The names of the gaps that a text has, each once. */
export function gapsOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name]) => name ?? ''))];
}

/** The text with the gaps filled for which there is something. */
export function filled(text: string, values: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (gap, name: string) => values[name] || gap);
}
