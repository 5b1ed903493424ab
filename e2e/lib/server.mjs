// Servers of a test's own: on the stack's database, with other settings. Tokens and signatures are good on all of them.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { ok, PATIENCE_MS } from './api.mjs';
import { demo } from './demo.mjs';

const LISTENS = /HTTP: http:\/\/localhost:(\d+) · metrics: http:\/\/localhost:(\d+)\/metrics/;
/** So that the stack's server and two more stay below what PostgreSQL allows. */
const FEWER_CONNECTIONS = { DATABASE_CONNECTIONS: 18, WEBHOOK_CONNECTIONS: 6 };
const LINES_KEPT = 40;

/** The token of the operator on these servers. */
export const OPERATOR_TOKEN = 'the operator of the end-to-end tests';

// A server stops when its standard input ends, which the kernel sees to; but not one that stands still.
const running = new Set();
const spools = mkdtempSync(join(tmpdir(), 'switchboard-spools-'));
process.on('exit', () => {
  running.forEach((child) => child.kill('SIGKILL'));
  rmSync(spools, { recursive: true, force: true });
});

export class Server {
  #settings;
  #child;
  #ended;
  #log = [];
  /** What it said when it panicked. */
  panics = [];
  /** Where people, services and Twilio reach it. */
  url;
  /** Where operators do. */
  adminUrl;

  constructor(settings) {
    const ports = { PORT: 0, ADMIN_PORT: 0 };
    const own = { ...FEWER_CONNECTIONS, OPERATOR_TOKEN, SPOOL_DIR: mkdtempSync(join(spools, 'server-')), ...ports };
    this.#settings = { ...demo.server.environment, ...own, ...settings };
  }

  get pid() {
    return this.#child.pid;
  }

  /** Starts, and returns once it is ready. */
  async start() {
    const { PATH } = process.env;
    const child = spawn(demo.server.program, ['serve'], { env: { PATH, ...this.#settings } });
    this.#child = child;
    this.#ended = once(child, 'exit');
    running.add(child);
    child.once('exit', () => running.delete(child));
    createInterface({ input: child.stderr }).on('line', (line) => this.#note(line));
    const listening = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.#note(line);
        if (LISTENS.test(line)) resolve(LISTENS.exec(line).slice(1));
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${this.#log.join('\n')}`)));
      setTimeout(() => reject(new Error(`the server did not start:\n${this.#log.join('\n')}`)), PATIENCE_MS).unref();
    });
    const [port, adminPort] = await listening;
    this.url = `http://127.0.0.1:${port}`;
    this.adminUrl = `http://127.0.0.1:${adminPort}`;
    const ready = await fetch(`${this.adminUrl}/health/ready`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    assert.equal(ready.status, 200);
  }

  #note(line) {
    this.#log.push(line);
    if (line.includes('panicked at')) this.panics.push(line);
    if (this.#log.length > LINES_KEPT) this.#log.shift();
  }

  /** `kill -9`. */
  async kill() {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Lets it stop by itself. */
  async stop() {
    this.#child.stdin.destroy();
    await this.#ended;
  }

  /** Starts again after its end, where it was. */
  async restart() {
    this.#settings.PORT = new URL(this.url).port;
    this.#settings.ADMIN_PORT = new URL(this.adminUrl).port;
    await this.start();
  }

  /** Stands still until it is thawed, its connections open. */
  freeze() {
    this.#child.kill('SIGSTOP');
  }

  thaw() {
    this.#child.kill('SIGCONT');
  }

  /** The memory that it holds, in MiB. */
  get memory() {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'));
    return kib / 1024;
  }

  /** Calls the operator's API. */
  operate(call, options) {
    return ok(call, { at: this.adminUrl, token: OPERATOR_TOKEN, ...options });
  }
}

/** Starts a server that is gone at the end of test `t`. `settings` are environment variables. */
export async function startServer(t, settings = {}) {
  const server = new Server(settings);
  t.after(() => server.stop());
  await server.start();
  return server;
}
