// What one hears: a soft two-tone ring that repeats, and a short tone for a text.

const RING_EVERY_MS = 3_000;

export class Sound {
  readonly #context = new AudioContext();
  #ringing: number | undefined;

  /** Browsers keep a page silent until somebody touches it; `onChange` hears whether this one is. */
  constructor(onChange: (isMuted: boolean) => void) {
    const tell = () => onChange(this.#context.state !== 'running');
    this.#context.addEventListener('statechange', tell);
    tell();
  }

  /** To be called while the person does something. */
  async unlock(): Promise<void> {
    await this.#context.resume();
  }

  /** Rings until told otherwise. */
  ring(isRinging: boolean): void {
    if (isRinging === (this.#ringing !== undefined)) return;
    if (isRinging) {
      this.playRing();
      this.#ringing = setInterval(() => this.playRing(), RING_EVERY_MS);
    } else {
      clearInterval(this.#ringing);
      this.#ringing = undefined;
    }
  }

  playRing(): void {
    this.#tone(587, 0, 0.5);
    this.#tone(440, 0.35, 0.8);
  }

  playText(): void {
    this.#tone(880, 0, 0.18);
  }

  #tone(frequency: number, after: number, length: number): void {
    // Tones of a silent page would all sound at once when it is unlocked.
    if (this.#context.state !== 'running') return;
    const start = this.#context.currentTime + after;
    const [oscillator, volume] = [this.#context.createOscillator(), this.#context.createGain()];
    oscillator.frequency.value = frequency;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.12, start + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + length);
    oscillator.connect(volume).connect(this.#context.destination);
    oscillator.start(start);
    oscillator.stop(start + length);
  }
}
