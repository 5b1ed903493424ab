// Twilio's Python library, asked one thing at a time.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PYTHON = process.env.SWITCHBOARD_PYTHON ?? 'python3';
const JUDGE = fileURLToPath(new URL('../python/judge.py', import.meta.url));

/** Starts a judge that is gone at the end of test `t`; returns `ask('validate', { … })`. */
export function pythonJudge(t) {
  const child = spawn(PYTHON, [JUDGE], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.stdin.destroy());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (ask, request) => {
    child.stdin.write(`${JSON.stringify({ ask, ...request })}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`the judge left: has ${PYTHON} the packages of python/requirements.txt?`);
    const { answer, error } = JSON.parse(value);
    if (error) throw new Error(`the judge could not ${ask}: ${error}`);
    return answer;
  };
}
