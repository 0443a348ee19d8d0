import { smallestSetWith } from '#lib/domain/smallest-set.ts';
import { RequestAccess } from './request-access.tsx';

interface NeedsPermissionProps {
  /** `actions:execute`. */
  readonly permission: string;
  /** What it would allow: "run core.echo". */
  readonly purpose: string;
}

/** In the place of one thing that a page does not show or offer: what it takes, and the words to ask for it. */
export function NeedsPermission({ permission, purpose }: NeedsPermissionProps) {
  return (
    <div className="grid justify-items-start gap-2">
      <p className="text-ink-2">
        You need <code className="font-mono text-xs">{permission}</code> to {purpose}.
      </p>
      <RequestAccess permission={permission} purpose={purpose} set={smallestSetWith(permission)} />
    </div>
  );
}
