import { element, request, show } from './dom.js';

export async function refreshMessages() {
  show('messages', (await request('GET', 'messages')).slice(0, 20), describe);
}

function describe({ from, to, body, media, direction, status, errorCode }) {
  const pictures = media ? ` (${media} ${media === 1 ? 'picture' : 'pictures'})` : '';
  const title = `${from ?? 'the messaging service'} → ${to}: `;
  const failed = ['failed', 'undelivered'].includes(status);
  const state = element('span', ` ${direction}, ${status}${errorCode ? ` (${errorCode})` : ''}`, {
    className: failed ? 'warning' : 'quiet',
  });
  return element('div', [element('strong', title), `${body}${pictures}`, state], { className: 'card' });
}
