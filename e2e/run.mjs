// Runs all files: first those that measure, one after the other; then the others, one at a time on each stack.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { delimiter } from 'node:path';

import { builtClient } from './lib/published.mjs';

/** They measure how fast the server is, or what it holds. */
const MEASURE = ['abuse', 'deaf', 'jitter', 'rates'];
/** They take longest: begun last, the others would wait for them. */
const LONG = ['sending', 'flows', 'screens', 'console', 'console-trouble', 'console-work'];

/** Several are separated as folders in PATH are. */
const stacks = process.env.SWITCHBOARD_DEMO.split(delimiter);
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.test.mjs'))
  .map((file) => file.replace('.test.mjs', ''));
const waiting = [...LONG, ...names.filter((name) => ![...LONG, ...MEASURE].includes(name))];
let isWell = true;

/** Runs a file; what it prints comes when it ends. */
async function run(name, stack) {
  const environment = { ...process.env, SWITCHBOARD_DEMO: stack, SWITCHBOARD_CLIENT: builtClient };
  const options = ['--test', ...process.argv.slice(2), `${name}.test.mjs`];
  const child = spawn(process.execPath, options, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  const [code] = await once(child, 'close');
  process.stdout.write(said);
  isWell &&= code === 0;
}

for (const name of MEASURE) await run(name, stacks[0]);
await Promise.all(
  stacks.map(async (stack) => {
    for (let name = waiting.shift(); name; name = waiting.shift()) await run(name, stack);
  }),
);
process.exitCode = isWell ? 0 : 1;
