'use client';

import { useState } from 'react';
import type { ExecutionStatus } from '#lib/domain/execution-status.ts';
import { isFinal } from '#lib/domain/execution-status.ts';

/** Says that a run has ended while one looked at it. */
export function RunAnnouncer({
  status,
  sentence,
}: {
  readonly status: ExecutionStatus;
  readonly sentence: string;
}) {
  const [first] = useState(status);
  const hasEnded = !isFinal(first) && isFinal(status);
  return (
    <p className="text-xs text-ink-2" role="status">
      {hasEnded ? `This run has just ended; the page is up to date. ${sentence}` : ''}
    </p>
  );
}
