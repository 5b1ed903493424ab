// Signing in.

import { ok, patiently } from './api.mjs';
import { someWord } from './demo.mjs';

const sessions = new Map();

/** A new session of one of the demo's users, on the stack's server or `at` another. */
export function login({ email, password }, { at } = {}) {
  return ok('POST /api/auth/login', { at, json: { email, password } });
}

/** A session of this user that tests share; do not end it. */
export function signedIn(user) {
  if (!sessions.has(user.email)) sessions.set(user.email, login(user));
  return sessions.get(user.email);
}

/** The token of that session. */
export const tokenOf = async (user) => (await signedIn(user)).token;

/** An organisation of one's own, without a number: for tests that change passwords or count records. */
export async function register({ name = 'Initech', ...organization } = {}) {
  const slug = someWord('initech');
  const email = `ada@${slug}.example`;
  const password = 'correct horse battery staple';
  const admin = { email, password, first_name: 'Ada', last_name: 'Lovelace' };
  const body = await patiently('POST /api/auth/register', { json: { organization: { name, slug, ...organization }, admin } });
  return { ...body, email, password };
}

/** Somebody whom the admin with this token invites to answer calls, and who comes: their session. */
export async function hire(token) {
  const email = `${someWord('hand')}@invited.example`;
  const json = { email, role: 'user', first_name: 'Bo', last_name: 'Hand' };
  const { inviteUrl } = await patiently('POST /api/users', { token, json });
  const link = new URLSearchParams(new URL(inviteUrl).hash.slice(1)).get('token');
  return patiently('POST /api/auth/accept-invite', { json: { token: link, password: 'battery staple' } });
}
