'use client';

import { Glyph } from './glyph.tsx';
import { Time } from './time.tsx';

interface ConnectionBannerProps {
  /** Since when nothing came; null while all is well. */
  readonly since: string | null;
  readonly onRetry: () => void;
}

/** Says that what one sees stands still. */
export function ConnectionBanner({ since, onRetry }: ConnectionBannerProps) {
  return (
    <div role="status">
      {since !== null && (
        <p className="mb-3 flex flex-wrap items-center gap-2 rounded-sm bg-timeout-soft px-3 py-1.5 text-timeout">
          <Glyph name="warning" />
          <span>
            No live data since <Time at={since} kind="clock" />. The browser keeps trying.
          </span>
          <button className="underline underline-offset-2" onClick={onRetry} type="button">
            Try now
          </button>
        </p>
      )}
    </div>
  );
}
