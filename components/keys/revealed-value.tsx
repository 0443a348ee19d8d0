'use client';

import { useEffect, useEffectEvent, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { useNow } from '#components/ui/clock.ts';

export const SHOWN_SECONDS = 60;

interface RevealedValueProps {
  readonly keyRef: string;
  readonly value: string;
  readonly onHide: () => void;
}

/** A secret that is seen for a while: it hides when the time is over, and when nobody looks at the page any more. */
export function RevealedValue({ keyRef, value, onHide }: RevealedValueProps) {
  const [since] = useState(() => Date.now());
  const until = since + SHOWN_SECONDS * 1_000;
  const now = useNow() ?? since;
  const left = Math.min(SHOWN_SECONDS, Math.max(0, Math.ceil((until - now) / 1_000)));
  const hide = useEffectEvent(onHide);

  useEffect(() => {
    const timer = setTimeout(hide, until - Date.now());
    const onVisibility = () => document.visibilityState === 'hidden' && hide();
    document.addEventListener('visibilitychange', onVisibility);
    // A page that the browser keeps for the way back must not keep it.
    addEventListener('pagehide', hide);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
      removeEventListener('pagehide', hide);
    };
  }, [until]);

  return (
    <>
      <code
        aria-label={`The value of ${keyRef}`}
        className="max-w-[320px] rounded-xs bg-sunken px-1.5 text-left font-mono text-xs wrap-anywhere whitespace-pre-wrap select-all"
      >
        {value}
      </code>
      <span className="text-xs text-ink-3">{Math.min(SHOWN_SECONDS, Math.max(0, left))} s</span>
      <Button aria-label={`Hide ${keyRef}`} variant="plain" onClick={onHide}>
        Hide
      </Button>
    </>
  );
}
