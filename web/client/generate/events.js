// Prints what stands in src/events.gen.ts: the events, from the description that the Rust types give.

import { readFile } from 'node:fs/promises';

import { compile } from 'json-schema-to-typescript';

/** A reference with a comment beside it stays a reference; left as it is, a copy of the type would be made of it. */
function keepNames(schema) {
  if (Array.isArray(schema)) return schema.map(keepNames);
  if (schema === null || typeof schema !== 'object') return schema;
  const { $ref, ...rest } = schema;
  const kept = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, keepNames(value)]));
  return $ref === undefined ? kept : { ...kept, allOf: [{ $ref }] };
}

const file = new URL('../../../schemas/events.schema.json', import.meta.url);
const schema = keepNames(JSON.parse(await readFile(file, 'utf8')));
const types = await compile(schema, schema.title, {
  additionalProperties: false,
  bannerComment: '// Generated from schemas/events.schema.json: npm run generate',
  style: { printWidth: 110, singleQuote: true },
  unreachableDefinitions: true,
});
const origin = / \*\n \* This interface was referenced by `\w+`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g;
process.stdout.write(types.replace(origin, ''));
