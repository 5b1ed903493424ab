// Where a conversation is scrolled to.

import { useCallback, useLayoutEffect, useRef, type UIEvent } from 'react';

/** So near to the end, what is new is scrolled to. */
const NEAR = 120;

/** Stays at the end when something comes, grows or leaves less room there, and in place when an older page comes above. */
export function useScroller(pages: number) {
  const ref = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const before = useRef({ height: 0, pages: 0 });
  const settled = useCallback(() => {
    const scroller = ref.current;
    if (!scroller) return;
    if (isAtEnd.current) scroller.scrollTop = scroller.scrollHeight;
    before.current.height = scroller.scrollHeight;
  }, []);
  const content = useCallback(
    (element: HTMLElement | null) => {
      if (!element?.parentElement) return;
      const observer = new ResizeObserver(settled);
      observer.observe(element.parentElement);
      observer.observe(element);
      return () => observer.disconnect();
    },
    [settled],
  );
  useLayoutEffect(() => {
    const scroller = ref.current;
    if (!scroller) return;
    const { height, pages: pagesBefore } = before.current;
    if (height > 0 && pages > pagesBefore) scroller.scrollTop += scroller.scrollHeight - height;
    before.current.pages = pages;
  }, [pages]);
  const onScroll = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: UIEvent<HTMLElement>) => {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
  };
  return { scroller: { ref, onScroll }, content };
}
