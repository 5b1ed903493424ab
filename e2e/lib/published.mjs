// The client as it is published, built from web/client, and what it needs where there is no browser.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const folder = fileURLToPath(new URL('../../web/client', import.meta.url));
/** Where it lies. Whoever runs several files has built it, and says so in the environment. */
export const builtClient = process.env.SWITCHBOARD_CLIENT ?? `${folder}/dist`;
if (!process.env.SWITCHBOARD_CLIENT) await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: folder });
const { createClient } = await import('../../web/client/dist/index.js');

const SILENT = {
  state: () => 'unlocked',
  onChange: () => () => {},
  unlock: async () => {},
  playRing: () => {},
  stopRing: () => {},
  playText: () => {},
  close: () => {},
};

/** A page of this person, with a browser of its own. It is closed at the end of test `t`. */
export function open(t, token, { url, refreshToken = null, channel = () => undefined } = {}) {
  const client = createClient({ url, sound: SILENT, platform: { storage: undefined, channel } });
  const told = [];
  const resets = [];
  for (const name of ['incoming-sms', 'incoming-call', 'call-accepted', 'call-ended', 'call-released']) {
    client.on(name, (payload, about) => told.push({ name, payload, about }));
  }
  client.on('reset', (reset) => resets.push(reset));
  client.auth.setToken(token, refreshToken);
  client.start();
  t.after(() => client.close());
  return { client, told, resets };
}
