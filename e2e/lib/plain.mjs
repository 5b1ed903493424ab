// socketioxide as its guide has it, to compare with.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { PATIENCE_MS } from './api.mjs';
import { demo } from './demo.mjs';

/** Starts it, gone at the end of test `t`. Returns where it is, and how to emit an event to all of its clients. */
export async function startPlain(t) {
  const child = spawn(demo.bench, ['plain'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  t.after(() => {
    child.stdin.destroy();
    return ended;
  });
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const [line] = await once(createInterface({ input: child.stdout }), 'line', { signal });
  const [, url] = /^listening on (http:.*)$/.exec(line);
  const emit = async (event, data) => {
    const response = await fetch(`${url}/emit`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ event, data }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    assert.equal(response.status, 204);
  };
  return { url, emit };
}
