'use client';

import { useState } from 'react';
import { AppError } from '#lib/errors.ts';

export interface Submit {
  readonly isBusy: boolean;
  /** What the server said; null while nothing is wrong. */
  readonly failure: AppError | null;
  /** Runs work; a refusal is kept, anything else goes to the nearest error page. True when it was done. */
  readonly run: (work: () => Promise<void>) => Promise<boolean>;
}

/** One thing that a person asked for: whether it goes on, and why it did not work. */
export function useSubmit(): Submit {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<AppError | null>(null);
  const [defect, setDefect] = useState<{ cause: unknown } | null>(null);
  // Thrown while rendering, so that the error page of the route sees it.
  if (defect !== null) throw defect.cause;

  const run = async (work: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof AppError) setFailure(error);
      else setDefect({ cause: error });
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, failure, run };
}

/** The problems of a refusal by field: the last step of a path that begins with `prefix`. */
export function detailsByField(failure: AppError | null, prefix = ''): Record<string, string> {
  if (failure === null || !Array.isArray(failure.details)) return {};
  const details = failure.details as { path?: unknown; message?: unknown }[];
  return Object.fromEntries(
    details.flatMap(({ path, message }): [string, string][] => {
      const bare = String(path).replace(/^body\./, '');
      if (!bare.startsWith(prefix)) return [];
      return [[bare.slice(prefix.length).split(/[.[]/)[0] ?? '', String(message)]];
    }),
  );
}
