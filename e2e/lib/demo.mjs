// The stack under test: what the file named by SWITCHBOARD_DEMO says of it.

import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';

const file = process.env.SWITCHBOARD_DEMO;
if (!file) {
  throw new Error('SWITCHBOARD_DEMO must name the JSON file that describes the running stack');
}

export const demo = JSON.parse(readFileSync(file, 'utf8'));

const [first, second] = demo.organizations.map((organization) => {
  const withRole = (role) => organization.users.filter((user) => user.role === role);
  return {
    ...organization,
    admin: withRole('admin')[0],
    manager: withRole('manager')[0],
    viewer: withRole('viewer')[0],
    agents: withRole('user'),
  };
});

/** Two organisations that must never notice one another. */
export const acme = first;
export const globex = second;

/** A SID as Twilio makes them: `newSid('SM')` for a message, `newSid('CA')` for a call. */
export const newSid = (prefix) => prefix + randomBytes(16).toString('hex');

/** A number that nobody has called from before. */
export function someNumber() {
  return `+1647${randomInt(2_000_000, 10_000_000)}`;
}

/** A word that occurs nowhere else. */
export const someWord = (prefix = 'e2e') => `${prefix}-${randomBytes(5).toString('hex')}`;
