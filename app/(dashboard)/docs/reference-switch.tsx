'use client';

import dynamic from 'next/dynamic';
import { type ReactNode, useEffect, useState } from 'react';

/** Twice the program of all other pages together, so it is read when somebody wants to try an operation. */
const Reference = dynamic(() => import('./reference.tsx').then(({ Reference: all }) => all), {
  ssr: false,
  loading: () => <p className="text-ink-3">Reading the reference …</p>,
});

/** The list; where the address names a place in the reference (`#/…`), that instead. */
export function ReferenceSwitch({ children }: { readonly children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const follow = () => setOpen(location.hash.startsWith('#/'));
    follow();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);

  return (
    <>
      <p className="mb-3">
        {isOpen ? (
          <a className="underline underline-offset-2" href="#list">
            Back to the list
          </a>
        ) : (
          <a className="underline underline-offset-2" href="#/">
            Try operations here
          </a>
        )}
      </p>
      {isOpen ? <Reference /> : children}
    </>
  );
}
