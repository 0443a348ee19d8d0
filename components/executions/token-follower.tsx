'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

const PAUSE_MS = 2_000;

/** Has the page read again for as long as it is there: nobody announces the calls that are made with a token. */
export function TokenFollower() {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      // What is being answered stays as it is.
      if (document.hidden || document.querySelector('[role=alertdialog]') !== null) return;
      router.refresh();
    }, PAUSE_MS);
    return () => clearInterval(timer);
  }, [router]);
  return null;
}
