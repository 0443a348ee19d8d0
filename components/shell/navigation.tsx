'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import type { LiveCounts } from '#lib/contracts/executions.ts';
import { paths } from '#lib/paths.ts';
import { RunAlarms, RunCounts, useLiveCounts } from './run-counts.tsx';
import { HOME, LINE, REFERENCE, type Section, sectionOf, THINGS } from './sections.ts';

/**
 * The way around; its middle is the line.
 *
 * @param counts as the server read them; null for who may not see runs
 */
export function Navigation({ counts: read }: { readonly counts: LiveCounts | null }) {
  const current = sectionOf(usePathname());
  const counts = useLiveCounts(read);
  const items = (sections: readonly Section[]) =>
    sections.map((section) => (
      <li key={section.href}>
        <Entry isCurrent={section === current} section={section} />
      </li>
    ));
  return (
    <nav aria-label="Main" className="grid gap-2.5 px-2 pt-2.5">
      <ul>{items([HOME])}</ul>
      <ul>
        {LINE.map((section, index) => (
          <li key={section.href} className="relative">
            <span
              aria-hidden
              className={`absolute left-[12.5px] z-1 w-px bg-line-strong ${index === 0 ? 'top-1/2' : 'top-0'} ${index === LINE.length - 1 ? 'bottom-1/2' : 'bottom-0'}`}
            />
            <span
              aria-hidden
              className={`station absolute top-1/2 left-[9.5px] z-1 h-[7px] w-[7px] -translate-y-1/2 rounded-full border-[1.5px] ${section === current ? 'border-accent bg-accent' : 'border-ink-3 bg-sunken'}`}
            />
            <Entry isCurrent={section === current} isStation section={section}>
              {section.href === paths.executions() && counts !== null && <RunCounts {...counts} />}
            </Entry>
          </li>
        ))}
        {counts !== null && counts.stuck + counts.quarantined > 0 && (
          <li>
            <RunAlarms {...counts} />
          </li>
        )}
      </ul>
      <ul>{items(THINGS)}</ul>
      <ul>{items(REFERENCE)}</ul>
    </nav>
  );
}

interface EntryProps {
  readonly section: Section;
  readonly isCurrent: boolean;
  readonly isStation?: boolean;
  /** At its right end. */
  readonly children?: ReactNode;
}

function Entry({ section, isCurrent, isStation = false, children }: EntryProps) {
  return (
    <Link
      aria-current={isCurrent ? 'page' : undefined}
      className={`flex h-[26px] items-center rounded-sm pr-2 text-ink-2 hover:bg-hover aria-[current=page]:bg-selected aria-[current=page]:font-[560] aria-[current=page]:text-ink pointer-coarse:h-11 ${isStation ? 'pl-7' : 'pl-2'}`}
      href={section.href}
    >
      {section.label}
      {children}
    </Link>
  );
}
