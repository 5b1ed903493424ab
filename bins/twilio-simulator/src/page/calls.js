import { button, element, input, request, show } from './dom.js';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

/** Live calls first, with what can be done at their ends; a few that are over after them. */
export async function refreshCalls() {
  const [calls, queues, conferences] = await Promise.all(
    ['calls', 'queues', 'conferences'].map((path) => request('GET', path)),
  );
  const live = calls.filter((call) => !call.isOver);
  const over = calls.filter((call) => call.isOver).slice(0, 5);
  const where = whereabouts(queues, conferences);
  const shown = [...live, ...over].map((call) => ({ ...call, where: where.get(call.sid) ?? '' }));
  show('calls', shown, describe);
}

function whereabouts(queues, conferences) {
  const where = new Map();
  for (const { name, members } of queues) {
    members.forEach(({ callSid }, n) => where.set(callSid, `waits in ${name}, place ${n + 1}`));
  }
  for (const { name, status, participants } of conferences) {
    if (status === 'completed') continue;
    for (const { callSid, hold, muted } of participants) {
      where.set(callSid, `in ${name}${hold ? ', on hold' : ''}${muted ? ', muted' : ''}`);
    }
  }
  return where;
}

function describe(call) {
  const act = (path, body) => () => request('POST', `call/${call.sid}/${path}`, body);
  const title = `${call.from} → ${call.to}`;
  const words = [call.status, call.where, call.hears && `hears ${call.hears}`].filter(Boolean).join(', ');
  const state = element('span', ` ${words}`, { className: 'quiet' });
  const card = element('div', [element('strong', title), state], { className: 'card' });
  if (call.isOver) {
    card.classList.add('over');
    return card;
  }
  if (call.rings) {
    card.classList.add('rings');
    card.append(
      element('div', [button('Answer', act('answer'), 'main'), button('Decline', act('decline'), 'end')], { className: 'row' }),
    );
    return card;
  }
  const keys = KEYS.map((digit) => button(digit, act('digits', { digits: digit })));
  const speech = input('text', '', { placeholder: 'Say something', ariaLabel: 'Words' });
  const say = button('Say', () => request('POST', `call/${call.sid}/say`, { words: speech.value }));
  const seconds = input('number', '4', { min: 0, max: 3600, ariaLabel: 'Seconds of a message' });
  const message = button('Will leave a message of so many seconds', () =>
    request('POST', `call/${call.sid}/speaks`, { seconds: seconds.valueAsNumber, words: speech.value || undefined }),
  );
  const rows = [
    [button('Hang up', act('hang-up'), 'end'), element('div', keys, { className: 'keys' }), speech, say],
    [seconds, message],
  ];
  card.append(...rows.map((row) => element('div', row, { className: 'row' })));
  return card;
}
