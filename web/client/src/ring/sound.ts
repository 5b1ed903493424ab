// What one hears: a soft two-tone ring, and a short tone for a text.

/** Something that makes itself heard. */
export interface Sound {
  /** Whether the browser lets this page be heard. */
  state(): 'locked' | 'unlocked' | 'unsupported';
  /** Calls `listener` when `state` changes; returns what ends it. */
  onChange(listener: () => void): () => void;
  /** To be called while the person does something. */
  unlock(): Promise<void>;
  /** Once. `volume` is from 0 to 1. */
  playRing(volume: number): void;
  /** Nothing is heard of the last ring any more. */
  stopRing(): void;
  playText(volume: number): void;
  /** Lets go of whatever it holds. */
  close(): void;
}
