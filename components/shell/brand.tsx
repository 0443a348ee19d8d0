import Link from 'next/link';
import { paths } from '#lib/paths.ts';

/** A tuning fork and the name. */
export function Brand() {
  return (
    <Link
      className="flex h-11 flex-none items-center gap-2 border-b border-line px-4 font-semibold"
      href={paths.home()}
    >
      <svg
        aria-hidden
        className="h-4 w-3.5"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.75}
        viewBox="0 0 14 16"
      >
        <path d="M2.5 0v5a4.5 4.5 0 0 0 9 0V0M7 9.5V16" />
      </svg>
      Attune
    </Link>
  );
}
