'use client';

import Link from 'next/link';
import { useZone } from '#components/ui/clock.ts';
import { paths } from '#lib/paths.ts';

/** Who looks, in which time zone, and the way out. */
export function Who({ login }: { readonly login: string }) {
  const zone = useZone();
  return (
    <div className="mt-auto grid gap-1 px-4 py-3 text-xs text-ink-3">
      <span className="wrap-anywhere">
        {login} · {zone}
      </span>
      <Link
        className="justify-self-start underline underline-offset-2 hover:text-ink"
        href={paths.apiTokens()}
        prefetch={false}
      >
        Your API tokens
      </Link>
      <button
        className="justify-self-start underline underline-offset-2 hover:text-ink"
        onClick={() => void leave()}
        type="button"
      >
        Sign out
      </button>
    </div>
  );
}

/** What it takes is read when somebody leaves, and not with every page. */
async function leave(): Promise<void> {
  const { signOut } = await import('next-auth/react');
  await signOut({ redirect: false });
  location.assign(paths.login());
}
