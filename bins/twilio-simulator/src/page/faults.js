import { button, byId, element, input, label, request } from './dom.js';

/** A switch for every fault that the simulator knows; the list is the simulator's own. */
export async function refreshFaults() {
  const faults = await request('GET', 'faults');
  const text = JSON.stringify(faults);
  const list = byId('faults');
  if (list.dataset.shown === text || list.contains(document.activeElement?.closest?.('input[type="number"]'))) return;
  list.dataset.shown = text;
  list.replaceChildren(button('All off', () => request('DELETE', 'faults').then(refreshFaults)), table(faults));
}

function table(faults) {
  const head = ['', 'What goes wrong', 'Next', 'Share', 'Milliseconds'].map((text) => element('th', text));
  return element('table', [element('tr', head), ...faults.map(row)]);
}

function row({ name, what, delayMs, on }) {
  const setting = on.find(({ accountSid }) => accountSid === null);
  const isOn = input('checkbox', '', { checked: setting !== undefined, ariaLabel: name });
  const next = number(setting?.next ?? '', 'the next how many; empty means without end', { min: 1 });
  const share = number(setting?.probability ?? 1, 'from 0 to 1', { step: 0.1, max: 1 });
  const [least, most] = delayMs ?? [];
  const from = number(setting?.minMs ?? least ?? '', 'at least');
  const to = number(setting?.maxMs ?? most ?? '', 'at most');
  const change = async () => {
    const body = {
      on: isOn.checked,
      probability: Number(share.value),
      next: next.value === '' ? null : Number(next.value),
      ...(delayMs && { minMs: Number(from.value), maxMs: Number(to.value) }),
    };
    try {
      await request('PUT', `faults/${name}`, body);
      byId('error').textContent = '';
    } catch (error) {
      byId('error').textContent = error.message;
    }
    await refreshFaults();
  };
  isOn.addEventListener('change', change);
  for (const field of [next, share, from, to]) field.addEventListener('change', () => isOn.checked && change());
  const others = on.filter(({ accountSid }) => accountSid !== null).map(({ accountSid }) => ` on for ${accountSid}`);
  const name_ = label('', isOn);
  name_.className = 'inline';
  name_.append(name);
  const cells = [
    [name_],
    [what, element('span', others.join(','), { className: 'quiet' })],
    [next],
    [share],
    delayMs ? [from, ' to ', to] : [],
  ];
  return element('tr', cells.map((content) => element('td', content)));
}

function number(value, title, attributes) {
  return input('number', value, { min: 0, title, ariaLabel: title, ...attributes });
}
