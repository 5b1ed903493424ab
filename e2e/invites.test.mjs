// Inviting people: who may, what the link is worth, and the whole way in a browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { api, ok } from './lib/api.mjs';
import { openPage, openWindow, watched } from './lib/browser.mjs';
import { desks, fill } from './lib/console.mjs';
import { acme, demo, globex, someWord } from './lib/demo.mjs';
import { login, register, tokenOf } from './lib/people.mjs';

const DAYS = 86_400_000;
const PASSWORD = 'battery staple';

const someAddress = () => `${someWord('joan')}@invited.example`;
const joan = (email, more) => ({ email, role: 'user', first_name: 'Joan', last_name: 'Clarke', ...more });
const invite = (token, json) => ok('POST /api/users', { token, json });
/** What stands behind the `#`. */
const secretOf = ({ inviteUrl }) => new URLSearchParams(new URL(inviteUrl).hash.slice(1)).get('token');
const look = (token) => api('POST /api/auth/invite', { json: { token } });
const accept = (token, more) => api('POST /api/auth/accept-invite', { json: { token, password: PASSWORD, ...more } });

/** What broke at a page, except that its phone has no number: these organisations have none. */
const broken = ({ errors }) => errors.filter((error) => !error.includes('409 (Conflict)'));

/** Both refuse it, and say no more than that. */
async function hasEnded(token) {
  for (const answer of [await look(token), await accept(token)]) {
    assert.deepEqual([answer.status, answer.body.code], [410, 'invitation_ended']);
    assert.doesNotMatch(JSON.stringify(answer.body), /@|joan/i);
  }
}

test('who is invited is listed at once, nobody until they accept, and signed in when they do', async () => {
  const ada = await register();
  const email = someAddress();
  const invitation = await invite(ada.token, joan(email.toUpperCase()));
  const { user } = invitation;
  assert.deepEqual([user.email, user.role, user.full_name], [email, 'user', 'Joan Clarke']);
  assert.deepEqual([user.is_active, user.email_verified, user.last_login], [false, false, null]);
  const left = Date.parse(user.invited_until) - Date.now();
  assert.ok(left > 6.9 * DAYS && left < 7.1 * DAYS, user.invited_until);
  const url = new URL(invitation.inviteUrl);
  assert.deepEqual([url.origin, url.pathname, url.search], [demo.publicUrl, '/invite', '']);
  const token = secretOf(invitation);
  assert.match(token, /^swi_[0-9a-f]{64}$/);

  const { users } = await ok('GET /api/users', { token: ada.token });
  assert.deepEqual(users[1], user);
  assert.equal(users[0].invited_until, null);
  const team = async () => (await ok('GET /api/team', { token: ada.token })).members.map(({ id }) => id);
  assert.deepEqual(await team(), [ada.user.id]);
  for (const password of ['', PASSWORD]) {
    const { status } = await api('POST /api/auth/login', { json: { email, password } });
    assert.equal(status, 401);
  }
  const forced = await api(`PATCH /api/users/${user.id}`, { token: ada.token, json: { is_active: true } });
  assert.equal(forced.status, 422);

  const seen = await look(token);
  assert.deepEqual(
    [seen.status, seen.body.email, seen.body.organization, seen.body.first_name],
    [200, email, { name: 'Initech' }, 'Joan'],
  );
  const { status, body } = await accept(token, { timezone: 'Europe/London' });
  assert.equal(status, 200, JSON.stringify(body));
  const signedIn = await login({ email, password: PASSWORD });
  assert.deepEqual(Object.keys(body).sort(), Object.keys(signedIn).sort());
  assert.deepEqual(
    [body.user.id, body.user.is_active, body.user.email_verified, body.user.timezone, body.organization.id],
    [user.id, true, true, 'Europe/London', ada.organization.id],
  );
  assert.equal((await ok('GET /api/auth/me', { token: body.token })).user.id, user.id);
  assert.ok((await ok('POST /api/auth/refresh', { json: { refresh_token: body.refresh_token } })).token);
  assert.deepEqual(await team(), [ada.user.id, user.id]);
  await hasEnded(token);
});

test('a link that was never made, was replaced or withdrawn is refused in the same words', async () => {
  const ada = await register();
  const first = await invite(ada.token, joan(someAddress()));
  const path = `/api/users/${first.user.id}/invite`;
  const second = await ok(`POST ${path}`, { token: ada.token });
  await hasEnded(secretOf(first));
  assert.equal((await look(secretOf(second))).status, 200);
  await ok(`DELETE ${path}`, { token: ada.token });
  await hasEnded(secretOf(second));
  const unknown = `swi_${'0'.repeat(64)}`;
  await hasEnded(unknown);
  assert.deepEqual((await look(secretOf(second))).body, (await look(unknown)).body);
  const again = await invite(ada.token, joan(first.user.email));
  assert.equal((await accept(secretOf(again))).status, 200, 'the address was free again');
});

test('of ten who follow one link at once one comes in', async () => {
  const ada = await register();
  const invitation = await invite(ada.token, joan(someAddress()));
  const token = secretOf(invitation);
  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => accept(token, { password: `password ${n}` })));
  const won = answers.findIndex(({ status }) => status === 200);
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  // Some are told that so many at once are too many.
  assert.ok(answers.every(({ status }, n) => n === won || status === 410 || status === 429));
  await login({ email: invitation.user.email, password: `password ${won}` });
});

test('an address that is known is a conflict, and tells no more than registering does', async () => {
  const token = await tokenOf(acme.admin);
  const refusal = (email) => api('POST /api/users', { token, json: joan(email) });
  const ours = await refusal(acme.agents[0].email);
  assert.deepEqual([ours.status, ours.body.code], [409, 'already_member']);
  const theirs = await refusal(globex.agents[0].email);
  const registered = await api('POST /api/auth/register', {
    json: {
      organization: { name: someWord('copy') },
      admin: { email: globex.agents[0].email, password: PASSWORD, first_name: 'E', last_name: 'C' },
    },
  });
  assert.deepEqual([theirs.status, theirs.body], [409, registered.body]);
});

test('admins alone invite, renew and withdraw, in their own organisation', async () => {
  const ada = await register();
  const invitation = await invite(ada.token, joan(someAddress()));
  const path = `/api/users/${invitation.user.id}/invite`;
  for (const user of [acme.manager, acme.viewer, acme.agents[0]]) {
    const token = await tokenOf(user);
    for (const call of ['POST /api/users', `POST ${path}`, `DELETE ${path}`]) {
      assert.equal((await api(call, { token, json: joan(someAddress()) })).status, 403, `${call} as ${user.role}`);
    }
  }
  const stranger = await tokenOf(acme.admin);
  assert.equal((await api(`POST ${path}`, { token: stranger })).status, 404);
  assert.equal((await api(`DELETE ${path}`, { token: stranger })).status, 404);
  assert.equal((await look(secretOf(invitation))).status, 200, 'it still counts');
});

test('who keeps trying a dead link has to wait, and a colleague beside them has not', async () => {
  const ada = await register();
  const invitation = await invite(ada.token, joan(someAddress()));
  const dead = `swi_${'1'.repeat(32)}${Date.now().toString(16).padStart(32, '0')}`;
  const answers = [];
  for (let n = 0; n < 12; n += 1) answers.push(await look(dead));
  const slowed = answers.find(({ status }) => status === 429);
  assert.ok(slowed && Number(slowed.headers.get('retry-after')) >= 1);
  assert.equal((await accept(secretOf(invitation))).status, 200);
});

test('an admin invites in the console, and a newcomer joins in another browser', async (t) => {
  const ada = await register();
  const open = desks(t);
  const hers = await open(ada, { path: '/settings/users' });
  const email = someAddress();
  await hers.page.getByLabel('E-mail address').fill(email);
  await hers.page.getByLabel('Role', { exact: true }).selectOption('manager');
  await hers.page.getByRole('button', { name: 'Invite', exact: true }).click();
  const shown = hers.page.getByRole('status').locator('code');
  const old = await shown.textContent();
  const row = hers.page.getByRole('list', { name: 'Users' }).getByRole('listitem').filter({ hasText: email });
  await row.getByText('Invited until').waitFor();
  assert.equal(await hers.page.getByLabel('E-mail address').inputValue(), '', 'the form is ready for the next');

  await row.getByRole('button', { name: `Make a new link for ${email}` }).click();
  await shown.filter({ hasNotText: old }).waitFor();
  const link = await shown.textContent();
  assert.equal(await hers.page.evaluate(() => document.activeElement.textContent), 'Copy');

  const his = watched(await (await openWindow(t)).newPage());
  await his.page.goto(old);
  await his.page.getByRole('heading', { name: 'This link does not open' }).waitFor();
  await his.page.goto('about:blank');
  his.errors.length = 0; // the browser tells that the old link was refused
  await his.page.goto(link);
  await his.page.getByRole('heading', { name: 'Join Initech' }).waitFor();
  await his.page.getByText(`as ${email}`).waitFor();
  await his.page.getByLabel('First name').fill('Joan');
  await his.page.getByLabel('Last name').fill('Clarke');
  await his.page.getByLabel('Password').fill('short');
  await his.page.keyboard.press('Enter');
  assert.equal(await his.page.getByLabel('Password').evaluate((field) => field.validity.tooShort), true);
  await his.page.getByLabel('Password').fill(PASSWORD);
  await his.page.keyboard.press('Enter');
  await his.page.getByRole('heading', { name: 'Inbox' }).waitFor();
  await his.page.locator('[data-line="live"]').waitFor({ state: 'attached' });
  assert.equal(new URL(his.page.url()).pathname, '/inbox');
  assert.deepEqual(broken(his), []);

  const late = await openPage(t, link);
  await late.page.getByRole('heading', { name: 'This link does not open' }).waitFor();
  await late.page.getByRole('link', { name: 'Go to sign in' }).click();
  await fill(late.page, { email, password: PASSWORD });
  await late.page.getByRole('heading', { name: 'Inbox' }).waitFor();

  await hers.page.reload();
  const joined = hers.page.getByRole('listitem').filter({ hasText: 'Joan Clarke' });
  await joined.getByRole('button', { name: 'Make Joan Clarke inactive' }).waitFor();
  assert.equal(await joined.getByText('Invited until').count(), 0);
  assert.equal(await joined.getByLabel('Role of Joan Clarke').inputValue(), 'manager');
  assert.deepEqual(broken(hers), []);
});

test('an invitation is withdrawn in the console, and the one who is signed in joins as somebody else', async (t) => {
  const ada = await register();
  const [gone, email] = [someAddress(), someAddress()];
  await invite(ada.token, joan(gone, { first_name: 'Gone' }));
  const { inviteUrl } = await invite(ada.token, joan(email));
  const desk = await desks(t)(ada, { path: '/settings/users' });
  await desk.page.getByRole('button', { name: `Withdraw the invitation of ${gone}` }).click();
  await desk.toast('is withdrawn').waitFor();
  await desk.page.getByText(gone, { exact: true }).waitFor({ state: 'detached' });

  const again = await desk.page.context().newPage();
  await again.goto(inviteUrl);
  await again.getByText('You are signed in as Ada Lovelace').waitFor();
  assert.equal(await again.getByLabel('First name').inputValue(), 'Joan');
  await again.getByLabel('Password').fill(PASSWORD);
  await again.getByRole('button', { name: 'Join' }).click();
  await again.getByRole('heading', { name: 'Inbox' }).waitFor();
  const token = await again.evaluate(() => localStorage.getItem('authToken'));
  assert.equal((await ok('GET /api/auth/me', { token })).user.email, email);
});

test('a page without a whole link says so', async (t) => {
  const { page } = await openPage(t, `${demo.baseUrl}/invite`);
  await page.getByText('Copy the whole of it').waitFor();
});
