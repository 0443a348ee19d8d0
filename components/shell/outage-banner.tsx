'use client';

import { useRouter } from 'next/navigation';
import { Glyph } from '#components/ui/glyph.tsx';
import { OutageSentence } from './outage-sentence.tsx';
import { useOutage } from './use-outage.ts';

/** Says above every page what does not answer, and reads the page again when it does. */
export function OutageBanner() {
  const router = useRouter();
  const { outage } = useOutage({ isSuspected: false, onOver: () => router.refresh() });
  return (
    <div role="status">
      {outage !== null && (
        <p className="mb-3 flex flex-wrap items-center gap-2 rounded-sm bg-failed-soft px-3 py-1.5 text-failed">
          <Glyph name="alarm" />
          <OutageSentence outage={outage} />
        </p>
      )}
    </div>
  );
}
