/** Something that is done at once, and of many more calls once more at the end of each pause. */
export interface Paced {
  (): void;
  /** What is left to do is not done any more. */
  cancel(): void;
}

export function paced(act: () => void, pauseMs: number): Paced {
  let pause: ReturnType<typeof setTimeout> | undefined;
  let isWanted = false;
  const rest = () => {
    pause = setTimeout(() => {
      pause = undefined;
      if (!isWanted) return;
      isWanted = false;
      act();
      rest();
    }, pauseMs);
  };
  const call = () => {
    if (pause !== undefined) {
      isWanted = true;
      return;
    }
    act();
    rest();
  };
  const cancel = () => {
    clearTimeout(pause);
    pause = undefined;
    isWanted = false;
  };
  return Object.assign(call, { cancel });
}
