import { expect, test } from 'vitest';

import { ownFile } from './files';

test('a file of ours is asked for at the place that the page came from', () => {
  for (const url of ['https://desk.example/api/twilio/media/t0k?x=1', '/api/twilio/media/t0k?x=1']) {
    expect(ownFile(url, 'http://127.0.0.1:3004/inbox')).toBe('/api/twilio/media/t0k?x=1');
  }
});

test('a file that is elsewhere is not loaded into the page', () => {
  for (const url of [
    'https://evil.example/cat.png',
    'https://evil.example/x/api/twilio/media/t0k',
    'javascript:alert(1)',
  ]) {
    expect(ownFile(url, 'http://127.0.0.1:3004/inbox'), url).toBeNull();
  }
});
