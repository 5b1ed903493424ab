// Everything from outside becomes text, never markup.

export const byId = (id) => document.getElementById(id);

/** An element with its text, or with its children. */
export function element(name, content = [], { className, title, ...listeners } = {}) {
  const node = document.createElement(name);
  node.append(...(Array.isArray(content) ? content : [String(content)]));
  if (className) node.className = className;
  if (title) node.title = title;
  for (const [event, listener] of Object.entries(listeners)) node.addEventListener(event, listener);
  return node;
}

export function button(text, click, className) {
  const node = element('button', text, { className, click: () => attempt(click) });
  node.type = 'button';
  return node;
}

export function input(type, value, attributes = {}) {
  const node = document.createElement('input');
  Object.assign(node, { type, value }, attributes);
  return node;
}

export function label(text, ...fields) {
  return element('label', [text, ...fields]);
}

/** Does something, and shows why it did not work. */
export async function attempt(action) {
  byId('error').textContent = '';
  try {
    return await action();
  } catch (error) {
    byId('error').textContent = error.message;
    return undefined;
  }
}

export async function request(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new Error(`The simulator does not answer: ${error.message}`);
  }
  const answer = response.status === 204 ? null : await response.json();
  if (answer?.error) throw new Error(answer.error);
  return answer;
}

/** Replaces a list's entries if there is anything new, and leaves open what was open and typed what was typed. */
export function show(id, things, describe, nothing = 'None yet.') {
  const list = byId(id);
  const text = JSON.stringify(things);
  if (list.dataset.shown === text || list.contains(document.activeElement?.closest?.('input'))) return;
  list.dataset.shown = text;
  const open = new Set([...list.querySelectorAll('details[open]')].map((details) => details.dataset.key));
  const entries = things.map(describe);
  for (const entry of entries) if (open.has(entry.dataset.key)) entry.open = true;
  list.className = entries.length ? '' : 'quiet';
  list.replaceChildren(...(entries.length ? entries : [nothing]));
}
