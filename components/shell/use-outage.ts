'use client';

import { useEffect, useEffectEvent, useState } from 'react';
import { OUTAGE_OVER, TROUBLE } from '#components/ui/trouble.ts';
import { findOutage, type Outage } from './outage.ts';

const LOOK_MS = 5_000;

interface Question {
  /** Whether there is a reason to ask at once; otherwise only when somebody reports trouble. */
  readonly isSuspected: boolean;
  /** Called when everything answers again. */
  readonly onOver: () => void;
}

/** What does not answer; null while all is well. Asks every 5 s for as long as something does not, and else never. */
export function useOutage({ isSuspected, onOver }: Question): { readonly outage: Outage | null } {
  const [outage, setOutage] = useState<Outage | null>(null);
  const over = useEffectEvent(onOver);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAsking = false;
    let isGone = false;
    let last: Outage | null = null;

    const look = async () => {
      if (isAsking || isGone) return;
      isAsking = true;
      clearTimeout(timer);
      const found = await findOutage(new Date().toISOString());
      isAsking = false;
      if (isGone) return;
      const was = last;
      // The first instant holds: a server that is away cannot say since when.
      last = found !== null && was?.what === found.what ? was : found;
      setOutage(last);
      if (found !== null) timer = setTimeout(() => void look(), LOOK_MS);
      else if (was !== null) {
        window.dispatchEvent(new Event(OUTAGE_OVER));
        over();
      }
    };
    const onTrouble = () => void look();
    window.addEventListener(TROUBLE, onTrouble);
    if (isSuspected) void look();
    return () => {
      isGone = true;
      clearTimeout(timer);
      window.removeEventListener(TROUBLE, onTrouble);
    };
  }, [isSuspected]);

  return { outage };
}
