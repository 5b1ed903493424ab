// Contacts, leads, the team, the organisation.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { api, ok } from './lib/api.mjs';
import { connect } from './lib/client.mjs';
import { acme, globex } from './lib/demo.mjs';
import { register, signedIn, tokenOf } from './lib/people.mjs';
import { becomesReachable } from './lib/team.mjs';

const CONTACT = [
  'assigned_to',
  'company',
  'created_at',
  'email',
  'first_name',
  'id',
  'last_name',
  'name',
  'notes',
  'phone',
  'phone_e164',
  'status',
  'updated_at',
];
const LEAD = [...CONTACT, 'priority', 'source', 'value'].sort();
const KINDS = [
  { one: 'contact', many: 'contacts', fields: CONTACT },
  { one: 'lead', many: 'leads', fields: LEAD },
];

const keys = (object) => Object.keys(object).sort();

for (const { one, many, fields } of KINDS) {
  const path = `/api/${many}`;

  test(`a ${one} is made, read, changed and removed`, async () => {
    const { token, user } = await register();
    const made = await api(`POST ${path}`, {
      token,
      json: {
        first_name: ' Grace ',
        last_name: 'Hopper',
        email: 'Grace@Navy.Example',
        phone: '(647) 555-0100',
        company: 'Navy',
        notes: 'line one\nline <two> & "three"',
        assigned_to: user.id,
        unknown: 'ignored',
      },
    });
    assert.equal(made.status, 201);
    const record = made.body[one];
    assert.deepEqual(keys(record), fields);
    assert.deepEqual(
      [record.name, record.email, record.phone, record.phone_e164, record.assigned_to, record.notes],
      ['Grace Hopper', 'grace@navy.example', '(647) 555-0100', '+16475550100', user.id, 'line one\nline <two> & "three"'],
    );
    const here = `${path}/${record.id}`;
    assert.deepEqual((await ok(`GET ${here}`, { token }))[one], record);

    const changed = (await ok(`PUT ${here}`, { token, json: { company: 'Eckert–Mauchly', email: null } }))[one];
    assert.deepEqual([changed.company, changed.email, changed.name], ['Eckert–Mauchly', null, 'Grace Hopper']);
    assert.ok(changed.updated_at >= record.updated_at);

    assert.ok((await api(`DELETE ${here}`, { token })).status < 300);
    assert.equal((await api(`GET ${here}`, { token })).status, 404);
    assert.equal((await api(`DELETE ${here}`, { token })).status, 404);
  });

  test(`${many} are found by phone in any format, by the start of a name, and by e-mail`, async () => {
    const { token } = await register();
    const make = (json) => ok(`POST ${path}`, { token, json });
    await make({ first_name: 'Grace', last_name: 'Hopper', phone: '(647) 555-0100', email: 'grace@navy.example' });
    await make({ first_name: 'Ada', last_name: 'Lovelace', phone: '+44 20 7946 0958' });
    const find = async (search) => {
      const body = await ok(`GET ${path}?${new URLSearchParams({ search })}`, { token });
      assert.equal(body.pagination.total, body[many].length);
      return body[many].map(({ name }) => name);
    };
    const formats = ['(647) 555-0100', '647-555-0100', '647.555.0100', '6475550100', '+16475550100', '1 647 555 0100'];
    for (const search of [...formats, 'gra', 'HOP', 'Grace Hop', 'grace@', 'GRACE@NAVY.EXAMPLE']) {
      assert.deepEqual(await find(search), ['Grace Hopper'], search);
    }
    for (const search of ['race', '647-555-0199', '%', '_race', "' or 1=1 --", 'Grace Lovelace']) {
      assert.deepEqual(await find(search), [], search);
    }
    assert.deepEqual((await find('')).sort(), ['Ada Lovelace', 'Grace Hopper']);
  });

  test(`${many} are listed in pages with a true total`, async () => {
    const { token } = await register();
    for (let n = 0; n < 5; n += 1) await ok(`POST ${path}`, { token, json: { first_name: `N${n}` } });
    const names = [];
    for (const offset of [0, 2, 4, 6]) {
      const body = await ok(`GET ${path}?limit=2&offset=${offset}`, { token });
      assert.deepEqual(keys(body), [many, 'pagination'].sort());
      const { before, ...pagination } = body.pagination;
      assert.deepEqual(pagination, { total: 5, limit: 2, offset });
      assert.equal(before === null, offset >= 4, 'it goes on while a page is full');
      names.push(...body[many].map(({ first_name }) => first_name));
    }
    assert.deepEqual(names, ['N4', 'N3', 'N2', 'N1', 'N0']);
    const all = await ok(`GET ${path}?limit=&offset=&search=&unknown=1&before=`, { token });
    assert.deepEqual(all.pagination, { total: 5, limit: 50, offset: 0, before: null });

    const walked = [];
    for (let before = ''; before !== null; ) {
      const query = `limit=2&search=n&before=${encodeURIComponent(before)}`;
      const body = await ok(`GET ${path}?${query}`, { token });
      walked.push(...body[many].map(({ first_name }) => first_name));
      assert.ok(walked.length <= names.length, `${walked}`);
      before = body.pagination.before;
      // What comes in meanwhile moves nothing.
      await ok(`POST ${path}`, { token, json: { first_name: 'New' } });
    }
    assert.deepEqual(walked, names);
    for (const before of ['x', '1.x', `-1.${crypto.randomUUID()}`, `x.${crypto.randomUUID()}`]) {
      assert.equal((await api(`GET ${path}?before=${before}`, { token })).status, 422, before);
    }
  });

  test(`another organisation's ${one} is not found, whatever is tried`, async () => {
    const mine = await tokenOf(acme.agents[0]);
    const theirs = await tokenOf(globex.agents[0]);
    const record = (await ok(`POST ${path}`, { token: theirs, json: { first_name: 'Theirs' } }))[one];
    const here = `${path}/${record.id}`;
    for (const attempt of [
      await api(`GET ${here}`, { token: mine }),
      await api(`PUT ${here}`, { token: mine, json: { first_name: 'Mine' } }),
      await api(`DELETE ${here}`, { token: mine }),
    ]) {
      assert.equal(attempt.status, 404);
    }
    assert.deepEqual((await ok(`GET ${here}`, { token: theirs }))[one], record);
    await ok(`DELETE ${here}`, { token: theirs });
  });

  test(`a ${one} cannot be given to somebody of another organisation or to nobody`, async () => {
    const { token } = await signedIn(acme.agents[0]);
    const stranger = await signedIn(globex.agents[0]);
    for (const assigned_to of [stranger.user.id, randomUUID(), 'nobody']) {
      const { status, body } = await api(`POST ${path}`, { token, json: { first_name: 'X', assigned_to } });
      assert.equal(status, 422);
      assert.deepEqual(
        body.details.map(({ field }) => field),
        ['assigned_to'],
      );
    }
  });

  test(`a viewer reads ${many} and changes none`, async () => {
    const { token } = await signedIn(acme.viewer);
    assert.equal((await api(`GET ${path}`, { token })).status, 200);
    assert.equal((await api(`POST ${path}`, { token, json: { first_name: 'X' } })).status, 403);
    const someId = randomUUID();
    assert.equal((await api(`PUT ${path}/${someId}`, { token, json: { first_name: 'X' } })).status, 403);
    assert.equal((await api(`DELETE ${path}/${someId}`, { token })).status, 403);
  });

  test(`lengths of a ${one} are counted in characters, and one too many is refused`, async () => {
    const { token } = await register();
    const longest = { first_name: '😀'.repeat(100), company: 'é'.repeat(255), notes: 'n'.repeat(10_000) };
    assert.equal((await api(`POST ${path}`, { token, json: longest })).status, 201);
    for (const [field, value] of Object.entries(longest)) {
      const json = { ...longest, [field]: `${value}x` };
      const { status, body } = await api(`POST ${path}`, { token, json });
      assert.deepEqual([status, body.details?.map((detail) => detail.field)], [422, [field]]);
    }
  });
}

test('a lead adds source, priority and value', async () => {
  const { token } = await register();
  const { lead } = await ok('POST /api/leads', {
    token,
    json: { first_name: 'Lee', source: 'fair', priority: 'high', value: 1234.5, status: 'qualified' },
  });
  assert.deepEqual([lead.source, lead.priority, lead.value, lead.status], ['fair', 'high', 1234.5, 'qualified']);
});

test('figures over leads: counts as strings, values as numbers', async () => {
  const { token } = await register();
  const empty = await ok('GET /api/leads/stats', { token });
  const add = (json) => ok('POST /api/leads', { token, json: { first_name: 'L', ...json } });
  await add({ value: 100, priority: 'high' });
  await add({ value: 300, status: 'converted' });
  const { stats } = await ok('GET /api/leads/stats', { token });
  assert.deepEqual(stats, {
    total_leads: '2',
    new_leads: '1',
    contacted_leads: '0',
    qualified_leads: '0',
    converted_leads: '1',
    lost_leads: '0',
    high_priority: '1',
    assigned_leads: '0',
    new_this_week: '2',
    new_this_month: '2',
    total_value: 400,
    average_value: 200,
    conversion_rate: stats.conversion_rate,
  });
  assert.equal(typeof stats.conversion_rate, 'number');
  assert.deepEqual(keys(empty.stats), keys(stats));
  assert.deepEqual(
    [empty.stats.total_leads, empty.stats.average_value, empty.stats.conversion_rate],
    ['0', 0, 0],
  );
});

test('figures over contacts', async () => {
  const { token } = await register();
  const add = (json) => ok('POST /api/contacts', { token, json });
  await add({ first_name: 'A', company: 'Acme' });
  await add({ first_name: 'B', company: 'Acme', status: 'inactive' });
  const { stats } = await ok('GET /api/contacts/stats', { token });
  assert.deepEqual(keys(stats), ['active_contacts', 'total_accounts', 'total_contacts', 'total_revenue']);
  assert.deepEqual([stats.total_contacts, stats.active_contacts, stats.total_accounts], ['2', '1', '1']);
  assert.equal(typeof stats.total_revenue, 'number');
});

test('the team is everybody of one organisation and nobody else', async () => {
  const { members } = await ok('GET /api/team', { token: await tokenOf(acme.viewer) });
  for (const member of members) assert.deepEqual(keys(member), ['id', 'name', 'reachable', 'role', 'status']);
  const ids = members.map(({ id }) => id);
  const mine = await Promise.all(acme.agents.slice(0, 3).map(signedIn));
  for (const { user } of mine) assert.ok(ids.includes(user.id));
  assert.equal(members.length, acme.users.length);
  assert.ok(!ids.includes((await signedIn(globex.agents[0])).user.id));
});

test('whoever has a live socket is reachable', async (t) => {
  const { token, user } = await signedIn(acme.agents[7]);
  await connect(t, token);
  await becomesReachable(user, acme.agents[7], true);
});

test('the current organisation is the one of the session', async () => {
  const { organization } = await ok('GET /api/organizations/current', { token: await tokenOf(globex.agents[0]) });
  assert.deepEqual(keys(organization), [
    'created_at',
    'domain',
    'id',
    'is_active',
    'name',
    'region',
    'settings',
    'slug',
    'timezone',
    'updated_at',
  ]);
  assert.equal(organization.id, globex.id);
});
