'use client';

import { useSyncExternalStore } from 'react';

/** The line that the address asks for: `#L14`. */
export function useTargetLine(): number | null {
  const hash = useSyncExternalStore(
    (onChange) => {
      window.addEventListener('hashchange', onChange);
      return () => window.removeEventListener('hashchange', onChange);
    },
    () => window.location.hash,
    () => '',
  );
  const number = /^#L(\d{1,9})$/.exec(hash)?.[1];
  return number === undefined ? null : Number(number);
}
