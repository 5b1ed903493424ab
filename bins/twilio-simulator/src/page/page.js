import { refreshCalls } from './calls.js';
import { register } from './device.js';
import { attempt, button, byId, element, input, label, request } from './dom.js';
import { refreshFaults } from './faults.js';
import { refreshMessages } from './messages.js';
import { refreshWebhooks } from './webhooks.js';

const refresh = () => Promise.all([refreshCalls(), refreshMessages(), refreshWebhooks(), refreshFaults()]);

function onSubmit(id, action) {
  byId(id).addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(() => action(Object.fromEntries(new FormData(event.target)), event.target));
  });
}

onSubmit('sms', ({ from, body, media }) => request('POST', 'sms', { from, to: byId('to').value, body, media: Number(media) }));
onSubmit('call', ({ from }) => request('POST', 'call', { from, to: byId('to').value }));
onSubmit('device', async ({ token }, form) => {
  await register(token.trim());
  form.reset();
});

byId('rotate').addEventListener('click', () =>
  attempt(async () => {
    const { accountSid } = byId('to').selectedOptions[0].dataset;
    const { authToken } = await request('POST', `accounts/${accountSid}/rotate-token`);
    byId('token').textContent = `The auth token of ${accountSid} is now ${authToken}`;
  }),
);

function showClock({ now, stepped }) {
  const clock = byId('clock');
  clock.hidden = !stepped;
  if (!stepped) return;
  const seconds = input('number', 1, { min: 0, step: 0.1, ariaLabel: 'Seconds' });
  const advance = button('Let time pass', async () => {
    showClock(await request('POST', 'clock', { advanceMs: Math.round(Number(seconds.value) * 1000) }));
    await refresh();
  });
  clock.replaceChildren(element('span', `It is ${now} `), label('Seconds', seconds), advance);
}

async function start() {
  for (const { phoneNumber, accountSid } of await request('GET', 'accounts')) {
    const option = element('option', `${phoneNumber} (${accountSid})`);
    option.value = phoneNumber;
    option.dataset.accountSid = accountSid;
    byId('to').append(option);
  }
  showClock(await request('GET', 'clock'));
  await refresh();
  // A hint that there may be something new; the browser asks again by itself when the connection breaks.
  new EventSource('changes').addEventListener('change', () => refresh().catch(() => {}));
}

attempt(start);
