import { element, request, show } from './dom.js';

/** Every webhook with its answer and what Twilio would complain of, the newest first. */
export async function refreshWebhooks() {
  const [log, alerts] = await Promise.all([request('GET', 'log'), request('GET', 'alerts')]);
  const entries = [...log, ...alerts].sort((one, other) => (one.at < other.at ? 1 : -1));
  show('log', entries, (entry) => (entry.webhook ? exchange(entry) : alert(entry)));
}

function alert({ at, sid, code, message }) {
  return element('div', [element('span', `${clockTime(at)} ${sid} `, { className: 'quiet' }), `${code}: ${message}`], {
    className: 'warning',
  });
}

function exchange({ kind, purpose, sid, at, webhook, attempts, response, warnings, faults }) {
  const { From, To, Body, CallStatus, MessageStatus, StatusCallbackEvent } = webhook.parameters;
  const event = StatusCallbackEvent ?? MessageStatus ?? CallStatus ?? '';
  const about = From === undefined ? sid : `${From} → ${To}${Body === undefined ? '' : `: ${Body}`}`;
  const answer = response ? `${response.status} in ${response.elapsedMs} ms` : 'no answer';
  const details = document.createElement('details');
  details.dataset.key = `${sid} ${webhook.signature} ${webhook.idempotencyToken} ${webhook.url}`;
  const trouble = warnings.length || faults.length;
  details.append(
    element('summary', `${clockTime(at)} ${purpose} ${event} ${about} — ${answer}`, { className: trouble ? 'warning' : '' }),
  );
  for (const fault of faults) details.append(element('div', `Fault on purpose: ${fault}`, { className: 'quiet' }));
  for (const { code, message } of warnings) {
    details.append(element('div', code ? `${code}: ${message}` : message, { className: 'warning' }));
  }
  if (attempts.length > 1) {
    const made = attempts.map(({ method, url, status, error, elapsedMs }) => `${method} ${url} — ${status ?? error}, ${elapsedMs} ms`);
    details.append(element('pre', `${attempts.length} requests:\n${made.join('\n')}`));
  }
  if (response) details.append(element('pre', `${response.contentType ?? 'no content type'}\n\n${response.body}`));
  details.append(
    element(
      'pre',
      `${webhook.method} ${webhook.url} (${kind})\nX-Twilio-Signature: ${webhook.signature}\n` +
        `I-Twilio-Idempotency-Token: ${webhook.idempotencyToken}\n\n${JSON.stringify(webhook.parameters, null, 2)}`,
    ),
  );
  return details;
}

function clockTime(at) {
  return new Date(at).toLocaleTimeString();
}
