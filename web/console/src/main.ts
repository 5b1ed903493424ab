// Signed out or at the desk.

import { signIn, type Session } from './api';
import { Desk } from './desk';
import { element } from './dom';
import { Sound } from './sound';

/** The session outlives a reload of this tab, and nothing else. */
const KEPT = 'switchboard.session';

const form = element<HTMLFormElement>('sign-in-form');
const message = element('sign-in-message');
const sound = new Sound((isMuted) => (element('sound').hidden = !isMuted));

let desk: Desk | undefined;

function sitDown({ token, user, organization }: Session): void {
  const keep = (token: string) => sessionStorage.setItem(KEPT, JSON.stringify({ token, user, organization }));
  keep(token);
  element('sign-in').hidden = true;
  element('desk').hidden = false;
  desk = new Desk({ token, user, organization }, sound, keep, () => {
    if (desk) standUp('You are signed out: your session has ended.');
  });
}

function standUp(why = ''): void {
  sessionStorage.removeItem(KEPT);
  desk?.close();
  desk = undefined;
  message.textContent = why;
  form.reset();
  element('desk').hidden = true;
  element('sign-in').hidden = false;
  form.querySelector('input')?.focus();
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  void sound.unlock();
  const button = form.querySelector('button') as HTMLButtonElement;
  const fields = new FormData(form);
  message.textContent = '';
  button.disabled = true;
  try {
    const session = await signIn(String(fields.get('email')), String(fields.get('password')));
    form.reset();
    sitDown(session);
  } catch (error) {
    message.textContent = error instanceof Error ? error.message : 'Signing in did not work. Try again.';
  } finally {
    button.disabled = false;
  }
});

element('sign-out').addEventListener('click', () => {
  desk?.signOut();
  standUp();
});

element('enable-sound').addEventListener('click', async () => {
  await sound.unlock();
  sound.playRing();
});

addEventListener('keydown', (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]')) return;
  if (event.key.toLowerCase() === 'a') desk?.press('accept');
  if (event.key.toLowerCase() === 'd') desk?.press('decline');
});

const kept = sessionStorage.getItem(KEPT);
if (kept === null) standUp();
else sitDown(JSON.parse(kept) as Session);
