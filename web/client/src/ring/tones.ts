// The sounds that there are when the page brings none: a soft two-tone ring, and a short tone for a text.

import type { Sound } from './sound.js';

/** How fast a ring fades that is answered, in seconds. At once would click. */
const FADE = 0.03;

interface Tone {
  oscillator: OscillatorNode;
  gain: GainNode;
}

/** Made when it is first needed: a page without sound loads none of it. */
export class Tones implements Sound {
  #context: AudioContext | undefined;
  #ring: (Tone | undefined)[] = [];

  state(): 'locked' | 'unlocked' | 'unsupported' {
    const context = this.#open();
    if (!context) return 'unsupported';
    return context.state === 'running' ? 'unlocked' : 'locked';
  }

  onChange(listener: () => void): () => void {
    const context = this.#open();
    context?.addEventListener('statechange', listener);
    return () => context?.removeEventListener('statechange', listener);
  }

  async unlock(): Promise<void> {
    await this.#open()?.resume();
  }

  playRing(volume: number): void {
    this.#ring = [this.#tone(587, 0, 0.5, volume), this.#tone(440, 0.35, 0.8, volume)];
  }

  stopRing(): void {
    const now = this.#context?.currentTime ?? 0;
    for (const tone of this.#ring.splice(0)) {
      tone?.gain.gain.cancelScheduledValues(now).setTargetAtTime(0, now, FADE / 3);
      tone?.oscillator.stop(now + FADE);
    }
  }

  playText(volume: number): void {
    this.#tone(880, 0, 0.18, volume);
  }

  close(): void {
    void this.#context?.close();
    this.#context = undefined;
  }

  #open(): AudioContext | undefined {
    if (!this.#context && typeof AudioContext === 'function') this.#context = new AudioContext();
    return this.#context;
  }

  #tone(frequency: number, after: number, length: number, volume: number): Tone | undefined {
    const context = this.#open();
    // Tones of a silent page would all sound at once when it is unlocked.
    if (context?.state !== 'running' || volume <= 0) return undefined;
    const start = context.currentTime + after;
    const [oscillator, gain] = [context.createOscillator(), context.createGain()];
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(0.24 * volume, start + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + length);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + length);
    return { oscillator, gain };
  }
}
