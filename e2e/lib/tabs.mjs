// Tabs of a real browser, each with the published client and nothing else, on the server's origin.

import { readFile } from 'node:fs/promises';

import { demo } from './demo.mjs';
import { builtClient } from './published.mjs';
import { openWindow } from './browser.mjs';
import { eventually } from './twilio.mjs';

const HTML =
  '<!doctype html><title>tab</title><button>touch</button><script type="module" src="/tab/index.js"></script>';
const SCRIPT = `
  import { createClient } from '/tab/client/index.js';
  window.client = createClient();
  window.client.start();
`;
const socketIo = `${builtClient}/../node_modules/socket.io-client/dist/socket.io.esm.min.js`;

/** A browser whose tabs find their page at the server's origin; gone at the end of test `t`. */
export async function openBrowser(t, token) {
  const context = await openWindow(t);
  await context.route(`${demo.baseUrl}/tab/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const file = pathname.replace('/tab/client/', `${builtClient}/`);
    if (pathname === '/tab/') await route.fulfill({ contentType: 'text/html', body: HTML });
    else if (pathname === '/tab/index.js') await route.fulfill({ contentType: 'text/javascript', body: SCRIPT });
    else if (pathname === '/tab/socket.io.js') await route.fulfill({ contentType: 'text/javascript', path: socketIo });
    else {
      const body = (await readFile(file, 'utf8')).replace("'socket.io-client'", "'/tab/socket.io.js'");
      await route.fulfill({ contentType: 'text/javascript', body });
    }
  });
  await context.addInitScript((kept) => localStorage.setItem('authToken', kept), token);
  return context;
}

/** A tab that is live. */
export async function openTab(context) {
  const page = await context.newPage();
  await page.goto(`${demo.baseUrl}/tab/`);
  await eventually(() => page.evaluate(() => window.client?.line.get().recovery === 'live'));
  return page;
}

/** What a tab's bell says. */
export const bellOf = (page) => page.evaluate(() => window.client.notifications.get());

/** What a tab knows of a call. */
export const callIn = (page, sid) =>
  page.evaluate((callSid) => window.client.calls.get().find((call) => call.callSid === callSid) ?? null, sid);
