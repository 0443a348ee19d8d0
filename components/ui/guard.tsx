import { notFound } from 'next/navigation';
import { type ReactNode, Suspense } from 'react';
import { AppError } from '#lib/errors.ts';
import { Forbidden } from './forbidden.tsx';
import { ListLoading } from './list-loading.tsx';

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

interface Guarded {
  readonly what: string;
  readonly show: () => Promise<ReactNode>;
}

/** The same for a list, which is sent when it was read: the frame is there before. */
export const guardList = (what: string, show: Guarded['show']): ReactNode => (
  <Suspense fallback={<ListLoading what={what} />}>
    <GuardedList show={show} what={what} />
  </Suspense>
);

const GuardedList = ({ what, show }: Guarded): Promise<ReactNode> => guard(what, show);
