'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useStream } from '#components/ui/use-stream.ts';
import type { ExecutionStatus } from '#lib/domain/execution-status.ts';

interface RunFollowerProps {
  /** Of the platform's own lines: there are few of them. */
  readonly url: string;
  readonly status: ExecutionStatus;
}

/** Has the page read again when its run moves on. Where the output is shown, that does it. */
export function RunFollower({ url, status }: RunFollowerProps) {
  const router = useRouter();
  const [isEnded, setEnded] = useState(false);
  useStream(isEnded ? null : url, ['changed', 'end'], (name, data) => {
    if (name === 'end') setEnded(true);
    if ((data as { status: string }).status !== status) router.refresh();
  });
  return null;
}
