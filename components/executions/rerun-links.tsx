import Link from 'next/link';
import type { PageOf } from '#lib/contracts/common.ts';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import { paths } from '#lib/paths.ts';

interface RerunLinksProps {
  /** The run that this one does once more. */
  readonly of: number | null;
  /** The newest runs that did this one once more. */
  readonly again: PageOf<ExecutionSummary>;
}

/** Which run this one repeats, and by which it was repeated. */
export function RerunLinks({ of, again: { items, pagination } }: RerunLinksProps) {
  return (
    <>
      {of !== null && (
        <span>
          · re-run of <RunLink id={of} />
        </span>
      )}
      {items.length > 0 && (
        <span>
          · run again as{' '}
          {items.toReversed().map(({ id }, index) => (
            <span key={id}>
              {index > 0 && ', '}
              <RunLink id={id} />
            </span>
          ))}
          {pagination.has_next && ' and earlier'}
        </span>
      )}
    </>
  );
}

const RunLink = ({ id }: { readonly id: number }) => (
  <Link className="underline underline-offset-2" href={paths.execution(id)} prefetch={false}>
    {id}
  </Link>
);
