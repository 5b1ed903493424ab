// Twilio's phone: the Voice SDK, which comes when it is first needed.

import type { Call, Device } from '@twilio/voice-sdk';

import { Ending, type DeviceSetup, type IncomingLeg, type Join, type Leg, type VoiceDevice } from './device';

/** A token is renewed this long before it ends. */
const AHEAD_MS = 60_000;

/** Registers this browser at Twilio. */
export async function openTwilioDevice(setup: DeviceSetup): Promise<VoiceDevice> {
  const sdk = await import('@twilio/voice-sdk');
  const { Opus, PCMU } = sdk.Call.Codec;
  const device = new sdk.Device(await setup.token(), {
    codecPreferences: [Opus, PCMU],
    tokenRefreshMs: AHEAD_MS,
  });
  // The page rings by itself.
  device.audio?.incoming(false);
  device.on('incoming', (call: Call) => setup.onIncoming(new TwilioLeg(call)));
  device.on('tokenWillExpire', () => void renew(device, setup));
  device.on('error', (error: { message: string }) => setup.onBroken(error.message));
  await device.register();
  return {
    async connect({ conference, participant }: Join): Promise<Leg> {
      return new TwilioLeg(await device.connect({ params: { conference, participant } }));
    },
    close: () => device.destroy(),
  };
}

async function renew(device: Device, setup: DeviceSetup): Promise<void> {
  try {
    device.updateToken(await setup.token());
  } catch {
    setup.onBroken('Your phone was signed out');
  }
}

class TwilioLeg implements IncomingLeg {
  readonly #ending = new Ending();
  readonly onEnd = this.#ending.onEnd;
  readonly from: string;
  readonly about: string | undefined;

  constructor(private readonly call: Call) {
    this.from = call.parameters['From'] ?? '';
    this.about = call.customParameters.get('call');
    for (const name of ['disconnect', 'cancel', 'reject']) call.on(name, () => this.#ending.end());
    call.on('error', () => call.status() === 'closed' && this.#ending.end());
  }

  accept(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.call.once('accept', () => resolve());
      this.call.once('error', reject);
      this.call.accept();
    });
  }

  reject(): void {
    this.call.reject();
  }

  mute(isMuted: boolean): void {
    this.call.mute(isMuted);
  }

  press(digits: string): void {
    this.call.sendDigits(digits);
  }

  hangUp(): void {
    this.call.disconnect();
  }
}
