// How long things may take.

export interface Timings {
  /** From the first try of a socket to its greeting. */
  connectTimeoutMs: number;
  /** A socket that stood for less was no good. */
  shortMs: number;
  /** How long events may fail to come before they are asked for. */
  patienceMs: number;
  /** When neither websocket nor long polling works though the server is there: how often to try again. */
  hopelessMs: number;
  /** On long polling: when to try a websocket again for the first time. Each later one waits twice as long. */
  probeMs: number;
  /** For how long the server may hold a question. */
  holdMs: number;
  /** How often it rings. */
  ringMs: number;
}

export const TIMINGS: Timings = {
  connectTimeoutMs: 8_000,
  shortMs: 10_000,
  patienceMs: 3_000,
  hopelessMs: 30_000,
  probeMs: 180_000,
  holdMs: 15_000,
  ringMs: 3_000,
};
