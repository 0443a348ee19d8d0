'use client';

import { useEffect, useRef } from 'react';

/** In a row of links that scrolls sideways: brings the one for the page that is shown into view. */
export function ShowCurrent({ current }: { readonly current: string }) {
  const here = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const row = here.current?.parentElement;
    const link = row?.querySelector<HTMLElement>('[aria-current]');
    if (row == null || link == null) return;
    // Not scrollIntoView: that would move the page as well.
    row.scrollLeft = link.offsetLeft - row.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
  }, [current]);
  return <span ref={here} hidden />;
}
