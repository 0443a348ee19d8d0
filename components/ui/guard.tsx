import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { AppError } from '#lib/errors.ts';
import { Forbidden } from './forbidden.tsx';

/**
 * What a page shows, or which permission it would take, or that there is no such thing. Anything else goes on to the
 * error page.
 *
 * @param what what one would see: "the rules"
 */
export async function guard(what: string, show: () => Promise<ReactNode>): Promise<ReactNode> {
  try {
    return await show();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'NOT_FOUND') notFound();
    if (error.code !== 'FORBIDDEN') throw error;
    const permission = (error.details as { permission?: unknown } | undefined)?.permission;
    return (
      <Forbidden
        permission={typeof permission === 'string' ? permission : 'more permissions'}
        what={what}
      />
    );
  }
}
