// The stack's PostgreSQL, and ways in which it may be away for a while.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { api } from './api.mjs';
import { eventually } from './twilio.mjs';

/** Who comes first in it, of the cluster that comes with the stack. */
const PID_FILE = join(dirname(process.env.SWITCHBOARD_DEMO), 'postgres/data/postmaster.pid');

/** Whether it is the stack's own; somebody else's is left alone. */
export const isOurs = existsSync(PID_FILE);

/** How long until the stack is ready again: PostgreSQL reads its log first. */
const BACK_MS = 60_000;

function processes() {
  const first = Number(readFileSync(PID_FILE, 'utf8').split('\n')[0]);
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = table.map((line) => line.trim().split(/\s+/).map(Number));
  return { first, others: pairs.filter(([, parent]) => parent === first).map(([pid]) => pid) };
}

/** Once it stands still no new process begins, so that the others are all that there are. */
function awayWith(signal) {
  process.kill(processes().first, 'SIGSTOP');
  for (const pid of processes().others) process.kill(pid, signal);
}

/** What may happen to it. */
export const AWAY = {
  'PostgreSQL dies': () => awayWith('SIGKILL'),
  'PostgreSQL stands still': () => awayWith('SIGSTOP'),
};

/** Comes back from either, after its death by way of its log. */
async function comesBack() {
  const { first, others } = processes();
  for (const pid of [...others, first]) process.kill(pid, 'SIGCONT');
  await eventually(async () => (await api('GET /health/ready')).status === 200, BACK_MS);
}

/** Takes it away until the function that is returned is called, or until the end of test `t`. */
export function takeAway(t, how) {
  t.after(comesBack);
  AWAY[how]();
  return comesBack;
}
