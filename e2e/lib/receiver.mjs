// A webhook of a test's own: for what Twilio tells of and the server does not want to hear, and for TwiML of one's own.

import { once } from 'node:events';
import { createServer } from 'node:http';

import { Inbox } from './inbox.mjs';

/**
 * Starts a receiver that is gone at the end of test `t`. It answers with `documents`, by path: verbs of TwiML, or what
 * makes them of the request's parameters; everything else with 204. Returns `{ url, requests }`.
 */
export async function receiver(t, documents = {}) {
  const requests = new Inbox('webhook');
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const parameters = Object.fromEntries(new URLSearchParams(body));
    requests.put({ target: request.url, signature: request.headers['x-twilio-signature'], parameters });
    const document = documents[request.url.split('?')[0]];
    if (document === undefined) return response.writeHead(204).end();
    const verbs = typeof document === 'function' ? document(parameters) : document;
    return response.writeHead(200, { 'content-type': 'text/xml' }).end(`<Response>${verbs}</Response>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, requests };
}
