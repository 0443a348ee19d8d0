import Link from 'next/link';
import type { KeyUse } from '#lib/contracts/keys.ts';
import { paths } from '#lib/paths.ts';

const PATHS: Readonly<Record<KeyUse['kind'], (ref: string) => string>> = {
  rule: paths.rule,
  action: paths.action,
};
const SHOWN_MAX = 3;

/** The rules and actions that ask for a key, the first of them by name. */
export function KeyUses({ uses }: { readonly uses: readonly KeyUse[] }) {
  if (uses.length === 0) return <span className="text-xs text-ink-3">no rule or action</span>;
  return (
    <ul className="grid gap-0.5 text-xs">
      {uses.slice(0, SHOWN_MAX).map(({ kind, ref }) => (
        <li key={`${kind} ${ref}`} className="wrap-anywhere text-ink-2">
          {kind}{' '}
          <Link
            className="font-mono underline decoration-accent-line underline-offset-2"
            href={PATHS[kind](ref)}
            prefetch={false}
          >
            {ref}
          </Link>
        </li>
      ))}
      {uses.length > SHOWN_MAX && (
        <li className="text-ink-3">and {uses.length - SHOWN_MAX} more</li>
      )}
    </ul>
  );
}
