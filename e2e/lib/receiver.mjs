// A webhook of a test's own, for what Twilio tells of and the server does not want to hear.

import { once } from 'node:events';
import { createServer } from 'node:http';

import { Inbox } from './inbox.mjs';

/** Starts a receiver that answers everything with 204; gone at the end of test `t`. Returns `{ url, requests }`. */
export async function receiver(t) {
  const requests = new Inbox('webhook');
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    requests.put({
      target: request.url,
      signature: request.headers['x-twilio-signature'],
      parameters: Object.fromEntries(new URLSearchParams(body)),
    });
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, requests };
}
