import Link from 'next/link';
import { ShowCurrent } from './show-current.tsx';

export interface TabLink {
  readonly key: string;
  readonly label: string;
  readonly href: string;
  /** How many, or what is wrong: "1 alarm". */
  readonly note?: string | undefined;
  readonly tone?: 'failed' | 'timeout' | undefined;
}

interface TabLinksProps {
  readonly label: string;
  readonly tabs: readonly TabLink[];
  readonly current: string;
}

/** Views of one thing; each has an address. */
export function TabLinks({ label, tabs, current }: TabLinksProps) {
  return (
    <nav
      aria-label={label}
      className="scrollbar-none flex gap-0.5 overflow-x-auto overflow-y-hidden border-b border-line"
    >
      {tabs.map(({ key, label: text, href, note, tone }) => (
        <Link
          key={key}
          aria-current={key === current ? 'page' : undefined}
          className="relative px-2.5 leading-8 whitespace-nowrap text-ink-2 hover:text-ink aria-[current=page]:font-[560] aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-2.5 aria-[current=page]:after:bottom-0 aria-[current=page]:after:h-0.5 aria-[current=page]:after:bg-accent"
          href={href}
          scroll={false}
        >
          {text}
          {note !== undefined && ' '}
          {note !== undefined && (
            <small
              className={`text-xs font-normal ${tone === 'failed' ? 'text-failed' : tone === 'timeout' ? 'text-timeout' : 'text-ink-3'}`}
            >
              {note}
            </small>
          )}
        </Link>
      ))}
      <ShowCurrent current={current} />
    </nav>
  );
}
