import { ApiError, type Api } from '@switchboard/client';
import { waitFor } from '@testing-library/dom';
import { expect, test, vi } from 'vitest';

import { Ending, type DeviceSetup, type IncomingLeg } from './device';
import { busyWith, Phone } from './phone';

class FakeLeg implements IncomingLeg {
  readonly ending = new Ending();
  readonly onEnd = this.ending.onEnd;
  readonly from = '+16475550100';
  constructor(readonly about: string | undefined = undefined) {}
  mute = vi.fn();
  press = vi.fn();
  hangUp = vi.fn(() => this.ending.end());
  accept = vi.fn(async () => undefined);
  reject = vi.fn();
}

function opened({ fails = 0, opens = async () => undefined as unknown } = {}) {
  const legs: FakeLeg[] = [];
  let setup: DeviceSetup | undefined;
  const open = vi.fn(async (given: DeviceSetup) => {
    setup = given;
    if (open.mock.calls.length <= fails) throw new Error('no microphone');
    const connect = async () => {
      const leg = legs[legs.push(new FakeLeg()) - 1] as FakeLeg;
      await opens();
      return leg;
    };
    return { connect, close: vi.fn() };
  });
  const post = vi.fn(async (path: string, { body }: { body?: { conferenceId?: string } } = {}) =>
    path.endsWith('/token') ? { token: 't' } : { data: { id: body?.conferenceId } },
  );
  const phone = new Phone({ post } as unknown as Api, open);
  return { phone, legs, open, post, comes: (leg: FakeLeg) => setup?.onIncoming(leg) };
}

test('a call is joined, muted and left to be written about', async () => {
  const { phone, legs } = opened();
  await phone.join('c1');
  expect(phone.get().call).toEqual({ id: 'c1', role: 'agent', line: 'open', isMuted: false });
  phone.mute(true);
  phone.press('5');
  expect([legs[0]?.mute.mock.calls, legs[0]?.press.mock.calls]).toEqual([[[true]], [['5']]]);
  expect(phone.get().call?.isMuted).toBe(true);
  phone.leave('c1', true);
  expect(phone.get()).toMatchObject({ call: null, after: 'c1' });
  expect(legs[0]?.hangUp).toHaveBeenCalled();
  phone.written();
  expect(phone.get().after).toBeNull();
});

test('one device serves all calls', async () => {
  const { phone, open } = opened();
  await phone.warmUp();
  await phone.join('c1');
  phone.leave('c1', false);
  await phone.join('c2');
  expect(open).toHaveBeenCalledTimes(1);
});

test('a phone that does not open says so, and is opened anew when asked again', async () => {
  const { phone, open } = opened({ fails: 1 });
  await phone.join('c1');
  expect(phone.get().call?.line).toBe('lost');
  expect(phone.get().broken).toMatch(/could not connect/);
  await phone.join('c1');
  expect(phone.get().call?.line).toBe('open');
  expect(phone.get().broken).toBeNull();
  expect(open).toHaveBeenCalledTimes(2);
});

test('an end that breaks loses the line and not the call', async () => {
  const { phone, legs } = opened();
  await phone.join('c1');
  legs[0]?.ending.end();
  expect(phone.get().call).toMatchObject({ id: 'c1', line: 'lost' });
});

test('the end of an older call does not touch the present one', async () => {
  const { phone, legs } = opened();
  await phone.join('c1');
  legs[0]?.hangUp.mockImplementation(() => undefined); // it takes a while
  phone.leave('c1', false);
  await phone.join('c2');
  legs[0]?.ending.end();
  phone.leave('c1', true);
  expect(phone.get()).toMatchObject({ call: { id: 'c2', line: 'open' }, after: null });
  phone.leave('c2', false);
  expect(legs[1]?.hangUp).toHaveBeenCalled();
});

test('whoever talks can neither take a call nor make one, and is not cut off for having tried', async () => {
  const { phone, legs, post } = opened();
  await phone.join('c1');
  post.mockClear();
  await expect(phone.join('c2')).rejects.toThrow('Finish your call first');
  await expect(phone.dial('+16475550101')).rejects.toThrow('Finish your call first');
  phone.leave('c2', true);
  expect(legs[0]?.hangUp).not.toHaveBeenCalled();
  expect(phone.get()).toMatchObject({ call: { id: 'c1', line: 'open' }, after: null });
  expect([legs.length, post.mock.calls]).toEqual([1, []]);
});

test('whoever only listens stops when they take a call', async () => {
  const { phone, legs } = opened();
  await phone.join('c1', 'supervisor');
  await phone.join('c2');
  expect(legs[0]?.hangUp).toHaveBeenCalled();
  expect(phone.get().call).toMatchObject({ id: 'c2', role: 'agent', line: 'open' });
  phone.leave('c2', true);
  await phone.join('c1', 'supervisor');
  await phone.join('c1'); // the very call rings again
  expect(legs[2]?.hangUp).toHaveBeenCalled();
  expect(phone.get().call).toMatchObject({ id: 'c1', role: 'agent', line: 'open' });
});

test('a call that is over before its line opens keeps no line, and the next one waits its turn', async () => {
  const lines: (() => void)[] = [];
  const { phone, legs } = opened({ opens: () => new Promise((resolve) => lines.push(() => resolve(0))) });
  const first = phone.join('c1');
  await waitFor(() => expect(lines).toHaveLength(1));
  phone.leave('c1', false);
  const second = phone.join('c2');
  await phone.warmUp();
  expect(legs).toHaveLength(1);
  lines[0]?.();
  await first;
  expect(legs[0]?.hangUp).toHaveBeenCalled();
  await waitFor(() => expect(lines).toHaveLength(2));
  lines[1]?.();
  await second;
  expect(phone.get().call).toMatchObject({ id: 'c2', line: 'open' });
});

test('while a customer is being called nobody else can be', async () => {
  const { phone, post } = opened();
  const dialed = phone.dial('+16475550100');
  expect(busyWith(phone.get())).toBe('Your call is being made');
  await expect(phone.dial('+16475550100')).rejects.toThrow('Your call is being made');
  await dialed;
  expect(busyWith(phone.get())).toBe('Finish your call first');
  expect(post.mock.calls.filter(([path]) => path.endsWith('/make'))).toHaveLength(1);
});

test('a call of which the server does not say whether it was made is waited for', async () => {
  const { phone, post } = opened();
  const asked = vi.fn();
  post.mockImplementationOnce(async (_, order) => {
    asked(order?.body?.conferenceId);
    throw new ApiError(0, 'Switchboard cannot be reached', 'unreachable');
  });
  expect(await phone.dial('+16475550100')).toBe('unsure');
  expect(phone.get().call).toMatchObject({ line: 'open', role: 'agent', to: '+16475550100' });
  expect(asked).toHaveBeenCalledExactlyOnceWith(phone.get().call?.id);
});

test('a call that is refused leaves the phone free', async () => {
  const { phone, post } = opened();
  post.mockRejectedValueOnce(new ApiError(409, 'no number', 'not_configured'));
  await expect(phone.dial('+16475550100')).rejects.toThrow('no number');
  expect([phone.get().call, busyWith(phone.get())]).toEqual([null, null]);
});

test('a customer is called under the id that the browser calls in with', async () => {
  const { phone } = opened();
  expect(await phone.dial('+16475550100')).toBe('made');
  expect(phone.get().call).toMatchObject({ line: 'open', id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
});

test('whoever is asked in takes part in the call that their phone was told of', async () => {
  const { phone, comes } = opened();
  await phone.warmUp();
  const leg = new FakeLeg('c7');
  comes(leg);
  expect(phone.get().asked).toEqual({ from: '+16475550100' });
  await phone.answer();
  expect(leg.accept).toHaveBeenCalled();
  expect(phone.get()).toMatchObject({ asked: null, call: { id: 'c7', line: 'open' } });
});

test('a call that is none of ours does not ring', async () => {
  const { phone, comes } = opened();
  await phone.warmUp();
  const leg = new FakeLeg();
  comes(leg);
  expect(leg.reject).toHaveBeenCalled();
  expect(phone.get().asked).toBeNull();
});

test('who is on a call is not asked in', async () => {
  const { phone, comes } = opened();
  await phone.join('c1');
  const leg = new FakeLeg('c7');
  comes(leg);
  expect(leg.reject).toHaveBeenCalled();
  expect(phone.get().asked).toBeNull();
});

test('who asked in and thought better of it is not shown any more', async () => {
  const { phone, comes } = opened();
  await phone.warmUp();
  const leg = new FakeLeg('c7');
  comes(leg);
  leg.ending.end();
  expect(phone.get().asked).toBeNull();
});
