import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('the committed types are the ones that the schema gives', () => {
  const made = execFileSync(process.execPath, ['generate.js'], { encoding: 'utf8' });
  const committed = readFileSync('src/events.gen.ts', 'utf8');
  assert.ok(committed === made, 'src/events.gen.ts is out of date: npm run generate');
});
