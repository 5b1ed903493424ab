// Signing in, staying signed in, and out.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { api, ok } from './lib/api.mjs';
import { acme, globex, someWord } from './lib/demo.mjs';
import { login, register, signedIn } from './lib/people.mjs';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const USER = [
  'created_at',
  'email',
  'email_verified',
  'first_name',
  'full_name',
  'id',
  'is_active',
  'last_login',
  'last_name',
  'organization_id',
  'permissions',
  'role',
  'timezone',
  'updated_at',
];
const ORGANIZATION = ['created_at', 'domain', 'id', 'is_active', 'name', 'settings', 'slug', 'updated_at'];

const keys = (object) => Object.keys(object).sort();
const me = (token) => api('GET /api/auth/me', { token });
const refresh = (refresh_token) => api('POST /api/auth/refresh', { json: { refresh_token } });
const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

test('registering makes an organisation, its admin, and a session', async () => {
  const slug = someWord('initech');
  const { status, body } = await api('POST /api/auth/register', {
    json: {
      organization: { name: 'Initech', slug, domain: 'initech.example' },
      admin: { email: `Ada@${slug}.Example`, password: 'longenough', first_name: 'Ada', last_name: 'Lovelace' },
    },
  });
  assert.equal(status, 201);
  assert.deepEqual(keys(body), ['expires_at', 'message', 'organization', 'refresh_token', 'token', 'user']);
  assert.deepEqual(keys(body.organization), ORGANIZATION);
  assert.deepEqual(
    [body.organization.name, body.organization.slug, body.organization.domain, body.organization.is_active],
    ['Initech', slug, 'initech.example', true],
  );
  assert.deepEqual(keys(body.user), USER);
  assert.equal(body.user.email, `ada@${slug}.example`);
  assert.equal(body.user.full_name, 'Ada Lovelace');
  assert.equal(body.user.role, 'admin');
  assert.equal(body.user.organization_id, body.organization.id);
  assert.match(body.expires_at, ISO);
  assert.equal((await me(body.token)).body.user.id, body.user.id);
});

test('a slug is made from the name when none is given', async () => {
  const word = someWord();
  const { organization } = await register({ name: `Söhne & ${word}`, slug: undefined });
  assert.equal(organization.slug, `s-hne-${word}`);
});

test('a slug or an e-mail address that is taken is a conflict', async () => {
  const { organization, email, password } = await register();
  const admin = { email, password, first_name: 'Eve', last_name: 'Adams' };
  for (const json of [
    { organization: { name: 'Other', slug: organization.slug }, admin: { ...admin, email: `x.${email}` } },
    { organization: { name: 'Other', slug: someWord() }, admin: { ...admin, email: email.toUpperCase() } },
  ]) {
    assert.equal((await api('POST /api/auth/register', { json })).status, 409);
  }
});

test('of many who register one slug at the same moment, one gets it', async () => {
  const slug = someWord();
  const attempt = (n) => {
    const admin = { email: `n${n}@${slug}.example`, password: 'longenough', first_name: 'N', last_name: String(n) };
    return api('POST /api/auth/register', { json: { organization: { name: 'N', slug }, admin } });
  };
  const answers = await Promise.all(Array.from({ length: 5 }, (_, n) => attempt(n)));
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [201, 409, 409, 409, 409]);
});

test('a registration against the rules says every field', async () => {
  const { status, body } = await api('POST /api/auth/register', {
    json: { organization: { name: '' }, admin: { email: 'nobody', password: 'short', first_name: 'x'.repeat(101) } },
  });
  assert.equal(status, 422);
  assert.ok(body.details.length >= 4, JSON.stringify(body));
});

test('logging in is independent of the case of the e-mail address', async () => {
  const { email, password } = acme.agents[0];
  const { status, body } = await api('POST /api/auth/login', { json: { email: email.toUpperCase(), password } });
  assert.equal(status, 200);
  assert.deepEqual(keys(body), ['expires_at', 'message', 'organization', 'refresh_token', 'token', 'user']);
  assert.deepEqual(keys(body.user), USER);
  assert.deepEqual(keys(body.organization), ORGANIZATION);
  assert.equal(body.organization.id, acme.id);
  assert.equal(body.user.email, email.toLowerCase());
  assert.match(body.user.last_login, ISO);
});

test('a token says who, and no more than it must', async () => {
  const { token, user, organization, expires_at } = await signedIn(acme.agents[0]);
  const { alg, kid } = JSON.parse(Buffer.from(token.split('.')[0], 'base64url'));
  assert.equal(alg, 'HS256');
  assert.equal(typeof kid, 'string');
  const said = claims(token);
  for (const name of ['sid', 'iat', 'iss', 'aud', 'jti']) assert.ok(said[name], name);
  assert.deepEqual(
    [said.sub, said.userId, said.organizationId, said.email, said.role],
    [user.id, user.id, organization.id, user.email, 'user'],
  );
  assert.equal(said.exp * 1000, Math.floor(Date.parse(expires_at) / 1000) * 1000);
});

test('an unknown e-mail address and a wrong password get the same answer', async () => {
  const { email } = await register();
  const wrong = await api('POST /api/auth/login', { json: { email, password: 'not the password' } });
  const unknown = await api('POST /api/auth/login', { json: { email: `x.${email}`, password: 'not the password' } });
  assert.equal(wrong.status, 401);
  assert.deepEqual([unknown.status, unknown.body], [wrong.status, wrong.body]);
});

test('guessing is slowed down, and says for how long', async () => {
  const json = { email: `${someWord()}@nowhere.example`, password: 'guess' };
  const statuses = [];
  for (let guess = 0; guess < 12 && statuses.at(-1) !== 429; guess += 1) {
    statuses.push((await api('POST /api/auth/login', { json })).status);
  }
  assert.equal(statuses[0], 401);
  assert.equal(statuses.at(-1), 429);
});

test('a guesser does not keep out somebody who logged in from there before', async () => {
  const { email, password } = await register();
  let answer;
  for (let guess = 0; guess < 12 && answer?.status !== 429; guess += 1) {
    answer = await api('POST /api/auth/login', { json: { email, password: 'guess' } });
  }
  assert.equal(answer.status, 429);
  const deadline = Date.now() + 10_000;
  do {
    answer = await api('POST /api/auth/login', { json: { email, password } });
  } while (answer.status === 429 && Date.now() < deadline);
  assert.equal(answer.status, 200);
});

test('me and verify say who is asking', async () => {
  const { token, user, organization } = await signedIn(acme.agents[0]);
  const { body } = await me(token);
  assert.deepEqual(keys(body), ['organization', 'user']);
  assert.deepEqual([body.user.id, body.organization], [user.id, organization]);
  const verified = await ok('GET /api/auth/verify', { token });
  assert.deepEqual(keys(verified), ['organization_id', 'user', 'valid']);
  assert.deepEqual([verified.valid, verified.user.id, verified.organization_id], [true, user.id, acme.id]);
});

test('an organisation named in a header is not believed', async () => {
  const { token } = await signedIn(acme.agents[0]);
  const headers = { 'x-organization-slug': globex.slug, 'x-organization-id': globex.id, 'x-user-timezone': 'Mars' };
  const { organization } = await ok('GET /api/organizations/current', { token, headers });
  assert.equal(organization.id, acme.id);
});

test('nobody gets in without a good token', async () => {
  const { token } = await signedIn(acme.agents[0]);
  const { refresh_token } = await login(acme.agents[3]);
  const authorizations = [undefined, '', 'Bearer', 'Bearer ', 'Bearer garbage', `Basic ${token}`, token];
  authorizations.push(`Bearer ${token}x`, `Bearer ${refresh_token}`);
  for (const path of ['/api/auth/me', '/api/auth/verify', '/api/contacts', '/api/twilio/incoming-calls/pending']) {
    for (const authorization of authorizations) {
      const { status } = await api(`GET ${path}`, { headers: authorization === undefined ? {} : { authorization } });
      assert.equal(status, 401, `${path} with ${authorization}`);
    }
  }
});

test('a bearer token renews itself within its session', async () => {
  const { token } = await login(acme.agents[3]);
  const { status, body } = await api('POST /api/auth/refresh', { token });
  assert.equal(status, 200);
  for (const field of ['expires_at', 'message', 'token', 'user']) assert.ok(body[field], field);
  assert.equal(body.refresh_token, undefined);
  assert.equal(claims(body.token).sid, claims(token).sid);
  assert.equal((await me(body.token)).status, 200);
  assert.equal((await me(token)).status, 200);
});

test('a refresh token gives a new pair of the same session', async () => {
  const first = await login(acme.agents[3]);
  const { status, body } = await refresh(first.refresh_token);
  assert.equal(status, 200);
  for (const field of ['expires_at', 'message', 'refresh_token', 'token', 'user']) assert.ok(body[field], field);
  assert.notEqual(body.refresh_token, first.refresh_token);
  assert.equal(claims(body.token).sid, claims(first.token).sid);
  assert.equal((await me(body.token)).status, 200);
});

test('a refresh token shown twice at once gives the same successor', async () => {
  const { refresh_token } = await login(acme.agents[3]);
  const [one, two] = await Promise.all([refresh(refresh_token), refresh(refresh_token)]);
  const late = await refresh(refresh_token);
  assert.deepEqual([one.status, two.status, late.status], [200, 200, 200]);
  assert.equal(two.body.refresh_token, one.body.refresh_token);
  assert.equal(late.body.refresh_token, one.body.refresh_token);
});

test('a refresh token shown again after its successor was used ends the session', async () => {
  const first = await login(acme.agents[3]);
  const second = (await refresh(first.refresh_token)).body;
  const third = (await refresh(second.refresh_token)).body;
  assert.equal((await refresh(first.refresh_token)).status, 401);
  assert.equal((await refresh(third.refresh_token)).status, 401);
  assert.equal((await me(third.token)).status, 401);
});

test('a refresh token that is none is refused', async () => {
  for (const token of ['', 'garbage', 'a.b.c', (await signedIn(acme.agents[0])).token]) {
    assert.equal((await refresh(token)).status, 401, token);
  }
  assert.equal((await api('POST /api/auth/refresh')).status, 401);
});

test('logging out ends this session at once, and no other', async () => {
  const [leaving, staying] = await Promise.all([login(acme.agents[3]), login(acme.agents[3])]);
  assert.equal(typeof (await ok('POST /api/auth/logout', { token: leaving.token })).message, 'string');
  assert.equal((await me(leaving.token)).status, 401);
  assert.equal((await refresh(leaving.refresh_token)).status, 401);
  assert.equal((await me(staying.token)).status, 200);
});

test('logging out everywhere ends every session of that person', async () => {
  const [one, two] = await Promise.all([login(acme.agents[4]), login(acme.agents[4])]);
  await ok('POST /api/auth/logout-all', { token: one.token });
  assert.deepEqual([(await me(one.token)).status, (await me(two.token)).status], [401, 401]);
});

test('a new password ends every session and is the only one that counts', async () => {
  const { email, password, token } = await register();
  const change = (json) => api('POST /api/auth/password', { token, json });
  assert.equal((await change({ current_password: 'wrong', new_password: 'another one' })).status, 422);
  assert.equal((await change({ current_password: password, new_password: 'short' })).status, 422);
  assert.equal((await me(token)).status, 200);
  const changed = await change({ current_password: password, new_password: 'another one' });
  assert.equal(changed.status, 200);
  assert.equal((await me(token)).status, 401);
  assert.equal((await api('POST /api/auth/login', { json: { email, password } })).status, 401);
  assert.equal((await login({ email, password: 'another one' })).user.email, email);
});
