// The page's one connection to Switchboard.

import { createClient } from '@switchboard/client';

import { readableNumber } from './text';

// A development server of Vite's passes everything on, see vite.config.ts.
const client = createClient({
  url: import.meta.env['VITE_API_URL'] as string | undefined,
  words: {
    call: ({ callerName, from }) => ({ title: 'Incoming call', body: callerName ?? readableNumber(from) }),
    text: ({ contactName, from, body }) => ({ title: contactName ?? readableNumber(from), body }),
  },
});

export default client;
