import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

test.each(['events', 'api'])('the committed types of the %s are the ones that the description gives', (name) => {
  const made = execFileSync(process.execPath, [`generate/${name}.js`], { encoding: 'utf8' });
  const committed = readFileSync(`src/${name}.gen.ts`, 'utf8');
  expect(committed === made, `src/${name}.gen.ts is out of date: npm run generate`).toBe(true);
});
