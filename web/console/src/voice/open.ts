// Which phone it is: the simulator's, where calls go there, else Twilio's.

import { useSyncExternalStore } from 'react';

import client from '../lib/client';
import { busyWith, Phone, type PhoneState } from './phone';

let asked: Promise<string | null> | undefined;

/** Where the local Twilio is, if calls go there: the demo. */
export function findSimulator(): Promise<string | null> {
  asked ??= fetch('/phones.json')
    .then(
      async (response): Promise<string | null> => (response.ok ? (await response.json()).simulator : null),
    )
    .catch(() => {
      asked = undefined;
      return null;
    });
  return asked;
}

const phone = new Phone(client.api, async (setup) => {
  const simulator = await findSimulator();
  if (simulator === null) return (await import('./twilio')).openTwilioDevice(setup);
  return (await import('./simulator')).openSimulatorDevice(simulator, setup);
});

export default phone;

export function usePhone(): PhoneState {
  return useSyncExternalStore(phone.subscribe, phone.get);
}

/** Why one can neither take a call nor make one now, in words; null if one can. */
export function useBusy(): string | null {
  return busyWith(usePhone());
}
