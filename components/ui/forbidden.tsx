import { smallestSetWith } from '#lib/domain/smallest-set.ts';
import { RequestAccess } from './request-access.tsx';

interface ForbiddenProps {
  /** `executions:read`. */
  readonly permission: string;
  /** What one would see: "the executions". */
  readonly what: string;
}

/** Which permission is missing, the least that holds it, who can grant it, and the words to ask for it. */
export function Forbidden({ permission, what }: ForbiddenProps) {
  const set = smallestSetWith(permission);
  return (
    <section className="grid justify-items-start gap-3 rounded-md border border-line bg-surface p-4">
      <h1 className="text-lg font-[560] wrap-anywhere">
        You need <code className="font-mono text-md">{permission}</code> to see {what}.
      </h1>
      <p className="max-w-[88ch] text-ink-2">
        {set !== null && (
          <>
            The permission set <code className="font-mono text-xs">{set}</code> holds it.{' '}
          </>
        )}
        Whoever holds <code className="font-mono text-xs">permissions:manage</code>, as{' '}
        <code className="font-mono text-xs">core.admin</code> does, can grant it.
      </p>
      <RequestAccess permission={permission} set={set} purpose={`see ${what}`} />
    </section>
  );
}
