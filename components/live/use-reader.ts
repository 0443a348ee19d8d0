'use client';

import { type RefObject, useEffect, useRef } from 'react';

/** So far down one reads older rows. */
const TOP_PX = 80;
/** So long after the pointer left the rows one may still come back to press something. */
const LEFT_MS = 2_000;

const OPEN = '[role=dialog], [role=alertdialog], [role=listbox], [role=menu]';

/**
 * Whether the reader is in the middle of something that rows must not move under: has scrolled, points at a row, has
 * the focus in one, has marked text, or has something open.
 *
 * @param region what holds the rows
 */
export function useReader(region: RefObject<HTMLElement | null>): () => boolean {
  const pointedAt = useRef(Number.NEGATIVE_INFINITY);

  useEffect(() => {
    const onMove = (event: PointerEvent) => {
      if (event.target instanceof Node && region.current?.contains(event.target) === true)
        pointedAt.current = performance.now();
    };
    document.addEventListener('pointermove', onMove, { passive: true });
    document.addEventListener('pointerdown', onMove, { passive: true });
    return () => {
      document.removeEventListener('pointermove', onMove);
      document.removeEventListener('pointerdown', onMove);
    };
  }, [region]);

  return () => {
    const element = region.current;
    return (
      window.scrollY > TOP_PX ||
      performance.now() - pointedAt.current < LEFT_MS ||
      isPointedAt(element) ||
      element?.contains(document.activeElement) === true ||
      isMarked(element) ||
      document.querySelector(OPEN) !== null
    );
  };
}

/** A finger points at nothing once it is lifted, whatever it touched last. */
const isPointedAt = (element: HTMLElement | null): boolean =>
  element !== null && matchMedia('(hover: hover)').matches && element.matches(':hover');

function isMarked(element: HTMLElement | null): boolean {
  const selection = getSelection();
  return (
    selection !== null && !selection.isCollapsed && element?.contains(selection.anchorNode) === true
  );
}
