// Prints what stands in src/api.gen.ts: the REST API, from the description that the server gives of itself.

import { readFile } from 'node:fs/promises';

import openapi, { astToString } from 'openapi-typescript';

const file = new URL('../../../schemas/openapi.json', import.meta.url);
const description = JSON.parse(await readFile(file, 'utf8'));
// Each operation is described where its path is, and there alone.
for (const operations of Object.values(description.paths)) {
  for (const operation of Object.values(operations)) delete operation.operationId;
}
process.stdout.write('// Generated from schemas/openapi.json: npm run generate\n\n');
process.stdout.write(astToString(await openapi(description, { alphabetize: true, defaultNonNullable: false })));
