// A value that changes.

/** A value that changes, and a way to hear when it does. React's `useSyncExternalStore` takes it as it is. */
export interface Readable<T> {
  /** The value now; the very same object until it changes. */
  get(): T;
  /** Calls `listener` after every change, until the function that comes back is called. */
  subscribe(listener: () => void): () => void;
}

/** A value that its owner changes. */
export class Cell<T> implements Readable<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  // Fields, so that they can be handed on without their object.
  readonly get = (): T => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    const own = () => listener(); // the same function may be given twice
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  };

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }
}
